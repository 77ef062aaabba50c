"""Who may open what: every address of the newsroom × every role × every method, from the URLconf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Post, Series, Topic
from blog.old_addresses import remember
from comments.models import NoticeChoice
from comments.moderation import block
from ledger.models import Entry
from newsletter.models import Subscriber
from tests.cast import make_draft, make_post, make_user
from tests.comments.conftest import make_comment, make_public
from tests.imports import adopt, make_import
from tests.pictures import known
from tests.surface import Route, body_of, public_routes, routes

pytestmark = pytest.mark.django_db

ROLES = {"c": "ceo", "w": "writer", "k": "counsel", "m": "moderator", "a": "auditor", "r": "root"}

# The pages that answer 200 to a GET, by the letters of `ROLES`; `s` is staff without any role and
# `-` anybody at all. What is not here opens to nobody. The choice about mail is that of root.
MAY_OPEN = {
    "-": "admin_password_reset password_reset_done password_reset_confirm password_reset_complete",
    "scwkmar": "admin:index admin:password_change admin:password_change_done admin:jsi18n",
    "cwkmar": """
        admin:app_list
        admin:comments_comment_changelist admin:comments_comment_change
        admin:comments_comment_history admin:comments_comment_answer
        admin:comments_noticechoice_changelist admin:comments_spam_report
        admin:audience_reads_changelist admin:audience_reads_questions admin:audience_reads_post
        admin:audience_minute_changelist
    """,
    "cwr": """
        admin:blog_post_add admin:blog_post_keep admin:blog_post_by_mail
        admin:blog_topic_changelist admin:blog_topic_add admin:blog_topic_change
        admin:blog_series_changelist admin:blog_series_add admin:blog_series_change
        admin:blog_topic_history admin:blog_series_history
        admin:blog_image_add admin:blog_image_delete
        admin:blog_oldaddress_changelist admin:blog_oldaddress_add admin:blog_oldaddress_change
        admin:blog_oldaddress_history admin:blog_oldaddress_delete
    """,
    "cwkar": """
        admin:blog_post_changelist admin:blog_post_change admin:blog_post_preview
        admin:blog_post_earlier admin:blog_post_sign admin:blog_post_take_back
        admin:blog_post_retract admin:blog_post_coming admin:blog_post_notes
        admin:blog_post_quiet
        admin:blog_image_changelist admin:blog_image_change admin:blog_image_history
        admin:blog_author_changelist admin:blog_author_change admin:blog_author_history
        admin:blog_version_changelist admin:blog_version_change admin:blog_version_history
        admin:blog_rendering_changelist admin:blog_rendering_change admin:blog_rendering_history
        admin:blog_review_changelist admin:blog_review_change admin:blog_review_history
        admin:blog_approval_changelist admin:blog_approval_change admin:blog_approval_history
        admin:blog_adoption_changelist admin:blog_adoption_change admin:blog_adoption_history
        admin:blog_batch_changelist admin:blog_batch_change
    """,
    "ckr": "admin:blog_post_blank",
    "cwkma": "admin:comments_noticechoice_add",
    "car": """
        admin:ledger_entry_changelist admin:ledger_entry_change admin:ledger_entry_history
    """,
    "cmr": """
        admin:comments_comment_crisis admin:comments_comment_person
        admin:comments_block_changelist admin:comments_block_add admin:comments_block_change
        admin:comments_block_history admin:comments_block_delete
    """,
    "cr": """
        admin:auth_user_changelist admin:auth_user_add admin:auth_user_change
        admin:auth_user_history admin:blog_author_add admin:blog_site_change admin:blog_site_history
        admin:blog_site_theme
        admin:newsletter_newsletter_changelist admin:newsletter_newsletter_import
        admin:newsletter_subscriber_changelist admin:newsletter_subscriber_change
        admin:newsletter_subscriber_history
    """,
    "r": """
        admin:blog_outbox_changelist admin:blog_outbox_change admin:blog_outbox_history
        admin:blog_author_delete admin:blog_topic_delete admin:blog_series_delete
        admin:comments_noticechoice_change admin:comments_noticechoice_history
    """,
}
# Open to everybody, and of no use for the rows below; tests/config/test_signin.py looks at them.
SIGN_IN = {"admin:login", "admin:logout"}
SESSION_TABLES = ("django_session",)
LEADS_ON = {301, 302, 404, 405}
# 409 is the desk's answer to a decision that has nothing to be decided about.
REFUSED = {302, 400, 403, 404, 405, 409, 501}
SECRETS = {"thought.", "Ines"}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE", "CREATE", "DROP", "ALTER")


@pytest.fixture(autouse=True)
def _takes_mail(settings: Any) -> None:
    """Open the page that is there only while mail can come in."""
    settings.REPLY_ADDRESS = "reply@blog.example.com"


@pytest.fixture
def people(
    ceo: User, writer: User, counsel: User, moderator: User, auditor: User
) -> dict[str, Client]:
    """One browser for each person: `-` is nobody, `o` has an account but is no staff, `s` no role."""
    users = {"c": ceo, "w": writer, "k": counsel, "m": moderator, "a": auditor}
    users["r"] = make_user("Root Root", is_superuser=True)
    users["s"] = make_user("Pia Plain")
    users["o"] = make_user("Nora Out", is_staff=False)
    clients = {letter: Client(raise_request_exception=False) for letter in ("-", *users)}
    for letter, user in users.items():
        clients[letter].force_login(user)
    return clients


@pytest.fixture
def values(ceo: User, people: dict[str, Client]) -> dict[str, Any]:
    """One row of every kind, and its key by model."""
    post = make_post(ceo, title="Floor", slug="floor")
    draft = make_draft(ceo, title="Dam", slug="dam")
    workflow.submit(draft, by=ceo)
    root = User.objects.get(username="root")
    comment = make_public(post, root)
    make_comment(post, name="Ines", body="A second thought.")
    Topic.objects.create(name="Water", slug="water")
    known()
    Series.objects.create(name="Works", slug="works")
    NoticeChoice.objects.create(user=root)
    block("word", "casino", by=root)
    remember("/2019/floor", post=post, origin="newsroom")
    Subscriber.objects.create(email="mara@example.org")
    make_import("waiting")
    adopt(make_import("adopted")[0], ceo)
    found = {str(model._meta.model_name): model for model in apps.get_models()}
    keys = {name: str(model._base_manager.order_by("pk").values_list("pk", flat=True).first())
            for name, model in found.items()}  # fmt: skip
    return keys | {"post": str(draft.pk), "comment": str(comment.pk), "user": str(root.pk)}


def addresses(route: Route, keys: dict[str, Any]) -> list[str]:
    """The pattern filled in with rows that exist."""
    parts = route.pattern.split("/")
    model = parts[3] if len(parts) > 4 else ""
    values = {
        "object_id": [keys.get(model, "1")],
        "pk": [keys.get(model, "1")],
        "number": ["1"],
        "content_type_id": ["1"],
        "comment_id": [keys["comment"]],
        "slug": ["floor", "water", "works", "dana-whitfield"],
        "name": ["x.png"],
        "digest": ["0"],
        "year": ["1999", str(timezone.localdate().year)],
        "uidb64": ["MQ"],
        "group": ["00000000-0000-4000-8000-000000000000"],
        "token": ["x"],
        "app_label": ["auth", "audience", "blog", "comments", "ledger", "newsletter"],
        "url": ["nothing"],
    }
    return list(route.paths(values))


def may_open(letter: str) -> set[str]:
    """The names of the pages that open to one person."""
    return {
        name for letters, names in MAY_OPEN.items() if letter in letters for name in names.split()
    }


def staff_routes() -> list[Route]:
    """The newsroom, without the ways in and out."""
    return [route for route in routes() if route.is_staff and route.name not in SIGN_IN]


def paths_with_slash(keys: dict[str, Any]) -> list[str]:
    """Every address that ends in a slash, but for the front page."""
    found = (path for route in routes() for path in addresses(route, keys))
    return [path for path in dict.fromkeys(found) if path.endswith("/") and path != "/"]


def told(answer: Any) -> dict[str, str]:
    """What the head of an answer says, without what differs from one answer to the next."""
    left_out = {
        "Content-Length",
        "Expires",
        "ETag",
        "Content-Security-Policy",
        "Set-Cookie",
        "X-Request-Id",
    }
    return {name: value for name, value in answer.headers.items() if name not in left_out}


def is_read(client: Client, path: str) -> bool:
    """Whether this person may read the page anyway."""
    return bool(client.get(path).status_code == 200)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fail on the first statement that changes a row, naming it; and count the rows, to be sure."""
    before = _rows()
    with no_writing_statement():
        yield
    assert _rows() == before


@contextmanager
def no_writing_statement() -> Iterator[None]:
    """Fail on a statement that changes a row, naming it: cheap enough for every single request."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES) and not any(t in sql for t in SESSION_TABLES):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert written == []


def _rows() -> dict[str, Any]:
    tables = {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.db_table not in SESSION_TABLES
    }
    head = Entry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return tables | {"head": head}


def test_every_page_of_the_table_exists():
    named = {name for names in MAY_OPEN.values() for name in names.split()}
    assert named <= {route.name for route in staff_routes()}


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "o", "s", *ROLES])
def test_newsroom_opens_only_to_whom_it_should(people, values, letter):
    """Every address by GET and an empty POST; where it does not open, by HEAD and OPTIONS as well."""
    client = people[letter]
    opened = set()
    before = _rows()
    for route in staff_routes():
        for path in addresses(route, values):
            with no_writing_statement():
                got = client.get(path)
                assert got.status_code in {200, 302, 403, 404, 405}, path
                if got.status_code == 200:
                    opened.add(route.name)
                else:
                    _stays_shut(client, path, got.status_code)
            _post_nothing(client, path, is_open=got.status_code == 200)
    assert _rows() == before
    assert opened == may_open("-") | (may_open(letter) if letter not in "-o" else set())


def _stays_shut(client: Client, path: str, status: int) -> None:
    """HEAD answers as GET did; OPTIONS is no way in."""
    assert client.head(path).status_code == status, path
    options = client.options(path)
    # Some of Django's own views name their methods, and nothing else.
    assert options.status_code != 200 or not options.content, path


def _post_nothing(client: Client, path: str, *, is_open: bool) -> None:
    """An empty POST is never a fault, and changes nothing on a page that does not open."""
    with transaction.atomic():
        if is_open:
            assert client.post(path).status_code < 500, path
        else:
            with no_writing_statement():
                assert client.post(path).status_code in REFUSED, path
        transaction.set_rollback(True)


@pytest.mark.one_database
def test_post_without_a_token_is_refused_everywhere(people, values):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(User.objects.get(username="root"))
    with nothing_written():
        for route in staff_routes():
            for path in addresses(route, values):
                assert strict.post(path, {"post": "yes"}).status_code == 403, path
                evil = strict.post(path, headers={"origin": "https://evil.example"})
                assert evil.status_code == 403, path


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "s", "w"])
def test_crooked_address_of_a_page_opens_no_more(people, values, letter):
    client = people[letter]
    for route in staff_routes():
        allowed = route.name in may_open("-") | (may_open(letter) if letter not in "-o" else set())
        if allowed:
            continue
        for path in addresses(route, values):
            crooked = [
                path.rstrip("/"),
                path.upper(),
                f"///{path}",
                path.replace("admin", "%61dmin"),
            ]
            crooked += [f"{path};x", f"{path.rstrip('/')}.json", f"{path}?format=json", f"{path}/"]
            for address in crooked:
                assert client.get(address).status_code != 200, address


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "o", "s", *ROLES])
def test_page_without_its_last_slash_only_leads_on_and_never_acts(people, values, letter):
    client = people[letter]
    with nothing_written():
        for path in paths_with_slash(values):
            for method in (
                ("get", "post") if letter in ROLES else ("get", "head", "options", "post")
            ):
                answer = getattr(client, method)(path.rstrip("/"))
                assert answer.status_code in LEADS_ON, (method, path)
                if answer.status_code in {301, 302}:
                    target = urlsplit(answer["Location"])
                    assert not target.netloc, path
                    assert target.path in {path, "/admin/login/"}, path


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "s", "m", "r"])
def test_method_that_no_page_knows_changes_nothing(people, values, letter):
    client = people[letter]
    with nothing_written():
        for route in (route for route in routes() if route.name not in SIGN_IN):
            for path in addresses(route, values):
                answers = {m: client.generic(m, path).status_code for m in ("PUT", "DELETE")}
                # Some of Django's own views answer it as they answer a GET.
                if not REFUSED.issuperset(answers.values()):
                    assert is_read(client, path), (path, answers)


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "r"])
def test_head_and_options_answer_as_get_and_tell_no_more(people, values, letter):
    """HEAD has the head of a GET and no body; OPTIONS names methods, and no row that GET does not."""
    client = people[letter]
    for route in (route for route in routes() if route.name not in SIGN_IN):
        for path in addresses(route, values):
            with no_writing_statement():
                got, head, options = (getattr(client, m)(path) for m in ("get", "head", "options"))
            assert (head.status_code, told(head)) == (got.status_code, told(got)), path
            assert body_of(head) == "", path
            if options.status_code == 200 != got.status_code:
                assert options.has_header("Allow"), path
                assert not SECRETS & set(body_of(options).split()), path


@pytest.mark.one_database
@pytest.mark.parametrize("letter", ["-", "m", "r"])
def test_options_of_the_ways_in_and_out_tell_of_no_row(people, values, letter):
    for path in ("/admin/login/", "/admin/logout/"):
        answer = people[letter].options(path)
        assert (
            answer.status_code != 200 or answer.has_header("Allow") or is_read(people[letter], path)
        )
        assert not SECRETS & set(body_of(answer).split()), path


@pytest.mark.parametrize("letter", ["-", "c", "r"])
def test_public_pages_change_no_row_whoever_reads_them(people, values, letter):
    client = people[letter]
    with nothing_written():
        for route in public_routes():
            for path in addresses(route, values):
                for method in ("get", "head", "options"):
                    assert getattr(client, method)(path).status_code in {200, 302, 404, 405}, path


@pytest.mark.parametrize("letter", ["-", "r"])
def test_posting_to_a_public_page_changes_no_row(people, values, letter):
    with nothing_written():
        for route in public_routes():
            for path in addresses(route, values):
                assert people[letter].post(path).status_code in {403, 404, 405, 422}, path


def test_draft_is_no_more_public_for_its_own_writer(people, values):
    draft = Post.objects.get(slug="dam")
    for client in people.values():
        assert client.get(draft.get_absolute_url()).status_code == 404
