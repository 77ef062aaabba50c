"""The first run: a one-time link, a command, and one site, however often somebody presses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from blog import outbox, roles
from blog.models import Author, Post, Review, Site
from blog.refusal import Refused
from blog.words import Words
from blog.workflow import create_post, publish
from comments import retention
from config import first_run
from config.founding import Beginning, Person, found_site
from config.privacy import comment_policy_text, privacy_text
from ledger.models import Entry
from tests.config.conftest import FORM, PASSWORD, make_user


def path_of(link: str) -> str:
    return link.removeprefix("http://testserver")


@pytest.mark.django_db
def test_link_founds_the_site_and_signs_the_person_in(client: Client) -> None:
    link = path_of(first_run.new_link())
    assert client.get(link).status_code == 200

    response = client.post(link, FORM, follow=True)

    assert response.redirect_chain == [("/admin/", 302)]
    user = User.objects.get()
    assert (user.username, user.get_full_name(), user.email) == (
        "dana",
        "Dana Whitfield",
        "dana@example.com",
    )
    assert user.is_superuser
    assert user.is_staff
    assert set(user.groups.values_list("name", flat=True)) == {roles.CEO, roles.MODERATOR}
    assert user.author.name == "Dana Whitfield"
    site = Site.current()
    assert (site.name, site.time_zone, site.sender_email) == (
        "Letters from the shop floor",
        "Europe/Berlin",
        "letters@example.com",
    )
    assert "Letters from the shop floor" in response.content.decode()


@pytest.mark.django_db
def test_founder_publishes_her_first_post_alone(founder: User) -> None:
    words = Words(title="Hello", body="First words.", author=founder.author)
    post = publish(create_post(words, by=founder, slug="hello"), by=founder, seen=1)
    assert post.is_published


@pytest.mark.django_db
def test_starter_pages_are_signed_by_the_founder(client: Client, founder: User) -> None:
    states = dict(Post.objects.pages().values_list("slug", "state"))
    assert states == {
        "privacy": "published",
        "comment-policy": "published",
        "about": "draft",
        "contact": "draft",
    }
    for slug in ("privacy", "comment-policy"):
        review = Review.objects.get(version__post__slug=slug)
        assert [approval.by for approval in review.approvals.all()] == [founder.pk]
        assert client.get(f"/{slug}/").status_code == 200
    assert client.get("/about/").status_code == 404


@pytest.mark.django_db
def test_unticked_box_leaves_every_page_a_draft(client: Client) -> None:
    form = {name: value for name, value in FORM.items() if name != "publish_starter_pages"}
    client.post(path_of(first_run.new_link()), form)
    assert set(Post.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.django_db
def test_founding_is_in_the_record(founder: User) -> None:
    entry = Entry.objects.get(verb="found_site")
    assert (entry.subject, entry.actor, entry.channel) == ("blog.site:1", founder.pk, "setup")
    call_command("verify_ledger", verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "a" * 43, "é" * 10])
def test_wrong_link_is_not_found(client: Client, token: str) -> None:
    first_run.new_link()
    assert client.get(f"/setup/{token}/").status_code == 404


@pytest.mark.django_db
def test_without_a_link_no_token_is_right(client: Client) -> None:
    assert client.get("/setup/x/").status_code == 404
    Site(name="").save()
    assert client.get("/setup/x/").status_code == 404


@pytest.mark.django_db
def test_link_works_once(client: Client) -> None:
    link = path_of(first_run.new_link())
    client.post(link, FORM)
    assert Client().get(link).status_code == 404
    assert Client().post(link, FORM).status_code == 404


@pytest.mark.django_db
def test_newer_link_ends_the_older(client: Client) -> None:
    older = path_of(first_run.new_link())
    first_run.new_link()
    assert client.get(older).status_code == 404


@pytest.mark.django_db
def test_link_made_while_somebody_founds_the_site_leaves_it_founded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older = path_of(first_run.new_link())
    hash_of = first_run._hash

    def found_meanwhile(token: str) -> str:
        monkeypatch.setattr(first_run, "_hash", hash_of)
        assert Client().post(older, FORM).status_code == 302
        return hash_of(token)

    monkeypatch.setattr(first_run, "_hash", found_meanwhile)
    newer = path_of(first_run.new_link())

    site = Site.current()
    assert (site.name, site.time_zone) == ("Letters from the shop floor", "Europe/Berlin")
    assert Client().get(newer).status_code == 404


@pytest.mark.django_db
def test_token_is_stored_as_a_hash_only() -> None:
    token = first_run.new_link().rstrip("/").rpartition("/")[2]
    assert token not in Site.current().setup_token_hash
    assert len(Site.current().setup_token_hash) == 64


@pytest.mark.django_db
def test_link_is_closed_once_anybody_has_an_account(client: Client) -> None:
    link = path_of(first_run.new_link())
    make_user("early")
    assert client.get(link).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write your name."),
        ("email", "dana", "Enter a valid email address."),
        ("username", "dana whitfield", "Enter a valid username."),
        ("password", "short", "This password is too short."),
        ("password", "qwertyuiop[]", "This password is too common."),
        ("password_again", "another one entirely", "The two passwords differ."),
        ("site_name", "", "Give the site a name."),
        ("byline", "", "Write the name that readers will see."),
        ("time_zone", "Mars/Olympus", "Choose a time zone such as Europe/Berlin."),
        ("sender_email", "nobody", "Enter a valid email address."),
        ("name", "Dana\0", "Null characters are not allowed."),
    ],
)
def test_wrong_answer_is_explained_and_founds_nothing(
    client: Client, field: str, value: str, sentence: str
) -> None:
    form = {**FORM, field: value}
    if field == "password":
        form["password_again"] = value
    response = client.post(path_of(first_run.new_link()), form)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not User.objects.exists()
    assert not Site.current().is_set_up


@pytest.mark.django_db
def test_second_founding_is_refused(founder: User) -> None:
    person = Person(username="eve", name="Eve", email="eve@example.com", password=PASSWORD)
    beginning = Beginning(site_name="Other", byline="Eve", time_zone="UTC")
    with pytest.raises(Refused, match="first person already"):
        found_site(person, beginning, channel="setup")


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_found_one_site(run_together: Any) -> None:
    link = path_of(first_run.new_link())

    def submit(number: int) -> int:
        return Client().post(link, {**FORM, "username": f"dana{number}"}).status_code

    answers = run_together(4, submit, reraise=True)

    assert User.objects.count() == 1
    assert Author.objects.count() == 1
    assert set(answers) <= {302, 404}


@pytest.mark.django_db
def test_command_founds_a_site_from_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", PASSWORD)
    call_command(
        "setup",
        name="Dana Whitfield",
        email="dana@example.com",
        site_name="Letters",
        byline="Dana W.",
        password_env="FIRST_PASSWORD",
    )
    user = User.objects.get()
    assert user.username == "dana"
    assert user.check_password(PASSWORD)
    assert Site.current().name == "Letters"
    assert "Sign in as dana" in capsys.readouterr().out


@pytest.mark.django_db
def test_command_without_keyboard_names_each_missing_option(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", PASSWORD)
    with pytest.raises(CommandError) as error:
        call_command("setup", email="dana@example.com", password_env="FIRST_PASSWORD")
    assert "--name: Write your name." in str(error.value)
    assert "--site-name: Give the site a name." in str(error.value)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_command_refuses_a_weak_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", "short")
    with pytest.raises(CommandError, match="--password: This password is too short"):
        call_command(
            "setup",
            name="Dana",
            email="dana@example.com",
            site_name="Letters",
            password_env="FIRST_PASSWORD",
        )


@pytest.mark.django_db
def test_command_without_the_named_variable_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="The environment has no NOT_THERE"):
        call_command("setup", name="Dana", email="d@example.com", password_env="NOT_THERE")


@pytest.mark.django_db
def test_command_asks_until_each_answer_is_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(
        ["", "Dana Whitfield", "dana", "dana@example.com", "", "Letters", "", "Mars", "", ""]
    )
    secrets = iter(["short", "short", PASSWORD, "different", PASSWORD, PASSWORD])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(secrets))

    call_command("setup")

    said = capsys.readouterr().err
    for sentence in (
        "Write your name.",
        "Enter a valid email address.",
        "Choose a time zone such as Europe/Berlin.",
        "This password is too short.",
        "The two passwords differ.",
    ):
        assert sentence in said
    site = Site.current()
    assert (site.name, site.time_zone, site.sender_email) == ("Letters", "UTC", "")
    assert Author.objects.get().name == "Dana Whitfield"


@pytest.mark.django_db
def test_command_refuses_a_site_that_has_somebody(founder: User) -> None:
    with pytest.raises(CommandError, match=r"manage\.py setup --user USERNAME"):
        call_command("setup", name="Eve")


@pytest.mark.django_db
def test_createsuperuser_says_what_the_account_lacks_and_setup_gives_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="root", email="root@example.com", interactive=False)
    said = capsys.readouterr().out
    assert "manage.py setup --user root" in said
    for lack in ("a byline", "the role of chief executive", "a name for the site"):
        assert lack in said

    call_command("setup", user="root", byline="Rita Root", site_name="Letters")

    user = User.objects.get()
    assert user.author.name == "Rita Root"
    assert roles.has_role(user, roles.CEO)
    assert Site.current().name == "Letters"
    with pytest.raises(CommandError, match="lacks nothing"):
        call_command("setup", user="root", byline="Rita Root", site_name="Letters")


@pytest.mark.django_db
def test_completing_an_account_leaves_the_site_as_it_is(founder: User) -> None:
    make_user("root", is_superuser=True)
    pages = Post.objects.count()
    call_command("setup", user="root", byline="Dana Whitfield")
    assert Site.current().name == "Letters from the shop floor"
    assert Post.objects.count() == pages
    assert User.objects.get(username="root").author.slug == "dana-whitfield-2"


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["writer", "nobody"])
def test_only_an_administrator_is_completed(username: str) -> None:
    make_user("writer")
    with pytest.raises(CommandError, match=r"administrator|no account"):
        call_command("setup", user=username, byline="Will Writer", site_name="Letters")


@pytest.mark.django_db
def test_privacy_page_says_what_the_code_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "NETWORK_DAYS", 17)
    monkeypatch.setattr(retention, "SPAM_DAYS", 23)
    monkeypatch.setattr(retention, "WITHDRAWN_DAYS", 31)
    monkeypatch.setattr(retention, "SETTLED_DAYS", 37)
    monkeypatch.setattr(retention, "NOTICE_DAYS", 43)
    monkeypatch.setattr(outbox, "SENT_DAYS", 41)
    text = privacy_text(Site(name="Letters", contact_email="hello@example.com"))
    assert "17 days" in text
    assert "23 days" in text
    for days in (31, 37, 41, 43):
        assert f"{days} days" in text
    assert "at most 12 hours" in text
    assert "hello@example.com" in text


@pytest.mark.django_db
def test_starter_texts_never_name_the_software() -> None:
    site = Site(name="Letters")
    for text in (privacy_text(site), comment_policy_text(site)):
        assert "Plainspoken" not in text
        assert "Django" not in text
