"""Nobody reaches around the signatures: the database itself refuses, superuser included."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import workflow
from blog.models import (
    Adoption,
    Approval,
    Author,
    Batch,
    Outbox,
    Post,
    PublicChange,
    Rendering,
    Review,
    Series,
    Site,
    Topic,
    Version,
)
from blog.models.review import Decision
from ledger import guards
from tests.cast import edited, make_draft, make_post, make_user
from tests.refusals import FINAL, UNSIGNED, execute, refused

HOUR = timedelta(hours=1)


@pytest.fixture
def root(ceo, counsel) -> Client:
    """A superuser's browser, in a team; she has no signature to give."""
    browser = Client()
    browser.force_login(make_user("Root", is_superuser=True))
    return browser


@pytest.fixture
def unsigned(ceo, writer, counsel) -> Post:
    """A text that waits for the CEO."""
    post = make_draft(writer, author=ceo.author)
    workflow.submit(post, by=writer)
    return Post.objects.get(pk=post.pk)


def live(post: Post) -> dict[str, object]:
    """What a public row holds, for whoever tries to write it by hand."""
    version = post.versions.latest("number")
    return {
        "state": "published",
        "live_version": version,
        "live_rendering": version.renderings.latest("renderer"),
        "published_at": timezone.now(),
    }


# The seven ways round the seal


def test_way_1_the_form(unsigned, root, client):
    address = reverse("admin:blog_post_change", args=[unsigned.pk])
    words = {"title": "Mine", "body": "Mine.", "then": "publish", "seen": "1"}
    hand = {"state": "published", "live_version": "1", "live_rendering": "1"}
    page = root.post(address, words | hand)
    assert "Nobody has signed this text yet." in page.content.decode()
    assert client.get(unsigned.get_absolute_url()).status_code == 404


def test_way_2_the_admin_action(unsigned, root, client):
    said = {"action": "publish_all", "_selected_action": [unsigned.pk]}
    page = root.post("/admin/blog/post/", said, follow=True)
    assert "Waiting for Dana Whitfield" in page.content.decode()
    assert client.get(unsigned.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", ["scheduled", "published"])
def test_way_3_an_update_of_the_queryset(unsigned, state):
    with refused(UNSIGNED):
        Post.objects.filter(pk=unsigned.pk).update(**live(unsigned) | {"state": state})
    with refused(UNSIGNED):
        Post.objects.filter(pk=unsigned.pk).update(state=state)


def test_way_4_a_save_in_the_shell(unsigned):
    for name, value in live(unsigned).items():
        setattr(unsigned, name, value)
    with refused(UNSIGNED):
        unsigned.save()
    with refused(UNSIGNED):
        unsigned.save(update_fields=["state", "live_version", "live_rendering", "published_at"])
    version = make_draft(version_by(unsigned), title="Other").versions.get()
    with refused(UNSIGNED):
        Post.objects.create(slug="new", **live(unsigned) | {"live_version": version})


def version_by(post: Post):
    """The CEO, whom the version of `post` is named after."""
    user = post.versions.select_related("author__user").latest("number").author.user
    assert user
    return user


def test_way_5_raw_sql(unsigned):
    version = unsigned.versions.get()
    with refused(UNSIGNED):
        execute(
            "UPDATE blog_post SET state = 'published', live_version_id = %s,"
            " live_rendering_id = %s, published_at = %s WHERE id = %s",
            version.pk,
            version.renderings.get().pk,
            timezone.now(),
            unsigned.pk,
        )


def test_way_6_changing_the_review(unsigned, ceo):
    review = Review.objects.get()
    with refused(FINAL):
        Review.objects.update(needs=[])
    with refused(FINAL):
        Review.objects.update(needs=["role:Writer"])
    with refused(FINAL):
        review.save()
    with refused(FINAL):
        execute("UPDATE blog_review SET needs = '[]'")
    with refused(FINAL):
        execute("DELETE FROM blog_review")
    workflow.approve(review, by=ceo)
    for statement in (
        "UPDATE blog_approval SET decision = 'revoked'",
        "UPDATE blog_approval SET signature = 'role:Counsel'",
        "DELETE FROM blog_approval",
    ):
        with refused(FINAL):
            execute(statement)


def test_way_7_changing_the_version(ceo, client):
    post = make_post(ceo)
    version = post.versions.get()
    with refused(FINAL):
        Version.objects.update(body="Forged.")
    version.title = "Forged"
    with refused(FINAL):
        version.save()
    for table, column in (
        ("blog_version", "title"),
        ("blog_version", "byline"),
        ("blog_version", "disclosure"),
        ("blog_version", "correction"),
        ("blog_version", "content_hash"),
        ("blog_version", "saved_by_label"),
        ("blog_rendering", "html"),
        ("blog_rendering", "html_hash"),
    ):
        with refused(FINAL):
            execute(f"UPDATE {table} SET {column} = 'forged'")
        with refused(FINAL):
            execute(f"DELETE FROM {table}")
    assert "forged" not in client.get(post.get_absolute_url()).content.decode().lower()


# And what lies beside them


def test_unsigned_words_do_not_slip_under_a_public_post(ceo, writer):
    post = make_post(ceo)
    version = workflow.save_version(post, edited(post, body="Unsigned."), by=writer)
    rendering = version.renderings.get()
    for changes in (
        {"live_version": version},
        {"live_rendering": rendering},
        {"live_version": version, "live_rendering": rendering},
    ):
        with refused(UNSIGNED):
            Post.objects.filter(pk=post.pk).update(**changes)


def test_signed_words_of_another_post_do_not_help(ceo, unsigned):
    signed = live(make_post(ceo, title="Signed"))
    with refused(UNSIGNED):
        Post.objects.filter(pk=unsigned.pk).update(**signed)


def test_review_cannot_name_the_html_of_other_words(ceo, unsigned):
    other = make_post(ceo, title="Signed").versions.get()
    with refused("A review names a rendering of its own version"):
        Review.objects.create(
            version=unsigned.versions.get(),
            rendering=other.renderings.get(),
            needs=["role:CEO"],
            opened_at=timezone.now(),
            opened_by_label="x",
        )


@pytest.mark.parametrize("decision", ["revoked", "changes"])
def test_signature_under_a_live_post_is_not_taken_back_by_hand(ceo, decision):
    make_post(ceo)
    approval = Approval.objects.get()
    with refused("cannot be taken back while"):
        Approval.objects.create(
            review=approval.review,
            signature=approval.signature,
            decision=decision,
            at=timezone.now(),
            by=ceo.pk,
            by_label="x",
        )


def test_words_that_readers_see_are_not_blanked_by_hand(ceo):
    post = make_post(ceo)
    blanks = {f.attname: "" for f in Version._meta.fields if f.name in BLANKED}
    blanks |= {"redacted_at": timezone.now(), "brief": [], "images": []}
    with refused(FINAL):
        Version.objects.update(**blanks)
    workflow.unpublish(post, by=ceo)
    Version.objects.update(**blanks)
    with refused(FINAL):
        Version.objects.update(redacted_at=timezone.now())
    with refused(FINAL):
        Version.objects.update(title="Written anew")


BLANKED = {
    "title",
    "standfirst",
    "body",
    "byline",
    "authorship_detail",
    "disclosure",
    "legend",
    "correction",
}


@pytest.mark.parametrize("kept", ["title", "body", "correction"])
def test_blanking_blanks_every_word_or_none(ceo, kept):
    make_draft(ceo, correction="It was three.")
    blanks = dict.fromkeys(BLANKED - {kept}, "")
    with refused(FINAL):
        Version.objects.update(redacted_at=timezone.now(), brief=[], images=[], **blanks)


def test_html_is_blanked_only_with_its_words(ceo):
    make_draft(ceo)
    with refused(FINAL):
        Rendering.objects.update(html="", headings=[])


def test_replacing_a_row_is_changing_it(ceo, database):
    if database != "sqlite":
        with refused(FINAL):
            execute("TRUNCATE blog_approval, blog_review, blog_version, blog_rendering CASCADE")
        return
    make_post(ceo)
    for table in ("blog_version", "blog_rendering", "blog_review", "blog_approval"):
        with refused(FINAL):
            execute(f"REPLACE INTO {table} SELECT * FROM {table}")


def test_signed_post_may_be_moved_on_by_hand_as_by_the_worker(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    assert Post.objects.filter(pk=post.pk).update(state="published", slug="moved") == 1


# The same rule in Python and in SQL

HISTORIES: list[tuple[str, ...]] = [
    (),
    ("approved",),
    ("changes",),
    ("revoked",),
    ("approved", "revoked"),
    ("revoked", "approved"),
    ("changes", "approved"),
    ("approved", "approved", "changes"),
    ("approved by another",),
    ("approved", "revoked", "approved by another"),
    ("approved by another", "changes", "approved"),
]
CASES = [
    *(((), (), first) for first in HISTORIES),
    *((("user:1",), (), first) for first in HISTORIES),
    *(
        (("user:1", "role:Counsel"), second, first)
        for first, second in itertools.product(HISTORIES, HISTORIES)
    ),
]


@pytest.mark.parametrize(("needs", "second", "first"), CASES)
def test_complete_means_the_same_to_python_and_to_the_database(ceo, writer, needs, second, first):
    post = make_draft(ceo)
    version = post.versions.get()
    review = Review.objects.create(
        version=version,
        rendering=version.renderings.get(),
        needs=list(needs),
        opened_at=timezone.now(),
        opened_by_label="x",
    )
    for signature, history in (("user:1", first), ("role:Counsel", second)):
        for said in history:
            decision, _, hand = said.partition(" by ")
            Approval.objects.create(
                review=review,
                signature=signature,
                decision=Decision(decision),
                at=timezone.now(),
                by=writer.pk if hand else ceo.pk,
                by_label="x",
            )
    try:
        with transaction.atomic():
            Post.objects.filter(pk=post.pk).update(**live(post))
    except IntegrityError:
        is_accepted = False
    else:
        is_accepted = True
    assert Review.objects.get(pk=review.pk).is_complete is is_accepted


def test_one_account_is_not_four_eyes_to_the_database(ceo, writer):
    """What the walk above compares is also right: named here once, by hand."""
    Site.objects.update(needs_counsel=True)
    post = make_draft(writer, author=ceo.author)
    review = workflow.submit(post, by=writer)
    by_hand = {"review": review, "decision": "approved", "at": timezone.now(), "by_label": "x"}
    for signature in review.needs:
        Approval.objects.create(signature=signature, by=ceo.pk, **by_hand)
    with refused(UNSIGNED):
        Post.objects.filter(pk=post.pk).update(**live(post))
    Approval.objects.create(signature="role:Counsel", by=writer.pk, **by_hand)
    assert Post.objects.filter(pk=post.pk).update(**live(post)) == 1


MOMENTS = {"never": None, "past": -HOUR, "now": timedelta(0), "ahead": HOUR}


@pytest.mark.parametrize(("state", "moment"), list(itertools.product(Post.State.values, MOMENTS)))
def test_published_means_the_same_to_python_and_to_the_database(ceo, client, state, moment):
    post = make_post(ceo)
    delay = MOMENTS[moment]
    at = None if delay is None else timezone.now() + delay
    if at is None and state in {"scheduled", "published"}:
        with refused("public_posts_have_words_and_a_date"):
            Post.objects.update(state=state, published_at=at)
        return
    Post.objects.update(state=state, published_at=at)
    post = Post.objects.get()
    is_public = state in {"scheduled", "published"} and moment in {"past", "now"}
    assert post.is_published is is_public
    assert Post.objects.published().exists() is is_public
    assert Post.objects.reachable().exists() is (is_public or state == "retracted")
    page = client.get(post.get_absolute_url())
    assert ("The river rose" in page.content.decode()) is is_public


# Guards and migrations

TABLES: list[type[models.Model]] = [
    Adoption,
    Approval,
    Author,
    Batch,
    Outbox,
    Post,
    PublicChange,
    Rendering,
    Review,
    Series,
    Site,
    Topic,
    Version,
]


def names_of_guards() -> set[str]:
    return {guard.name for guard in guards.registered() if guard.table.startswith("blog_")}


def test_every_sealed_table_has_its_guards(db):
    assert guards.missing() == []
    sealed = ("version", "rendering", "review", "approval", "adoption", "batch", "imageuse")
    sealed += ("publicchange",)
    for table in (f"blog_{name}" for name in sealed):
        for what in ("unchanged", "kept", "no_truncate"):
            assert f"{table}_{what}" in names_of_guards()


@pytest.mark.django_db(transaction=True)
def test_guards_survive_migrating_back_and_forth(ceo):
    try:
        call_command("migrate", "blog", "0001", verbosity=0)
        call_command("migrate", verbosity=0)
        assert guards.missing() == []
        call_command("migrate", "blog", "zero", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert guards.missing() == []
    assert_unsigned_is_refused()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_guards_survive_a_remake_of_each_table(ceo, model):
    post = make_post(ceo)
    guards.drop()
    _remake(model)
    assert guards.missing()
    call_command("migrate", verbosity=0)
    assert guards.missing() == []
    with refused(FINAL):
        Version.objects.update(body="Forged.")
    workflow.unpublish(post, by=ceo)
    assert_unsigned_is_refused()


def assert_unsigned_is_refused() -> None:
    """The guard at the heart of it works, not only exists."""
    author = Author.objects.first() or Author.objects.create(name="A", slug="a")
    post = Post.objects.create(slug="unsigned")
    version = Version.objects.create(
        post=post,
        number=1,
        title="x",
        body="x",
        author=author,
        byline="x",
        content_hash="x",
        saved_at=timezone.now(),
        saved_by_label="x",
    )
    Rendering.objects.create(version=version, renderer=1, html="x", html_hash="x")
    with refused(UNSIGNED):
        Post.objects.filter(pk=post.pk).update(**live(post))


def _remake(model: type[models.Model]) -> None:
    """Alter one text column there and back, which on SQLite builds the table anew twice."""
    field = next(f for f in model._meta.fields if isinstance(f, models.CharField))
    wider = field.clone()
    wider.max_length = (field.max_length or 0) + 1
    wider.set_attributes_from_name(field.name)
    wider.model = model
    for old, new in ((field, wider), (wider, field)):
        with connection.schema_editor() as editor:
            editor.alter_field(model, old, new, strict=True)


@pytest.mark.django_db(transaction=True)
def test_temporary_tables_do_not_stand_in_for_the_real_ones(ceo, database):
    post = make_draft(ceo)
    version = post.versions.get()
    rendering = version.renderings.get()
    live = "live_version_id = %s, live_rendering_id = %s, published_at = CURRENT_TIMESTAMP"
    with connection.cursor() as cursor:
        for table in ("blog_review", "blog_approval"):
            cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table}")
        cursor.execute(
            "INSERT INTO blog_review (id, version_id, rendering_id, needs) VALUES (1, %s, %s, %s)",
            [version.pk, rendering.pk, '["role:CEO"]'],
        )
        cursor.execute(
            "INSERT INTO blog_approval (id, review_id, signature, decision, by)"
            " VALUES (1, 1, 'role:CEO', 'approved', 1)"
        )
        try:
            with pytest.raises(IntegrityError):
                cursor.execute(
                    f"UPDATE blog_post SET state = 'published', {live} WHERE id = %s",
                    [version.pk, rendering.pk, post.pk],
                )
        finally:
            for table in ("blog_review", "blog_approval"):
                cursor.execute(
                    f"DROP TABLE {'temp' if database == 'sqlite' else 'pg_temp'}.{table}"
                )


@pytest.mark.django_db(transaction=True)
def test_replace_is_refused_on_any_connection(ceo, database):
    if database != "sqlite":
        return  # PostgreSQL has no REPLACE.
    rendering = make_post(ceo).live_rendering
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            for pk in (rendering.pk, rendering.pk + 1000):
                with pytest.raises(IntegrityError, match="cannot be replaced"):
                    cursor.execute(
                        "REPLACE INTO blog_rendering"
                        " (id, version_id, renderer, html, headings, words, html_hash)"
                        " VALUES (%s, %s, %s, '<p>Rewritten</p>', '[]', 1, 'x')",
                        [pk, rendering.version_id, rendering.renderer],
                    )
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")
    rendering.refresh_from_db()
    assert "Rewritten" not in rendering.html
