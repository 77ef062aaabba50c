"""Every sentence of ours goes through gettext: in a language of marks nothing stands outside of them."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import pytest
from django.contrib import admin
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import gettext, override

from blog import languages, outbox
from config.names import NAMES, OURS
from newsletter import owning
from tests.browser.scene import make_scene
from tests.pseudo import speak, stored_words, unmarked, unmarked_lines
from tests.surface import is_html, links_of

pytestmark = pytest.mark.one_database

ZONES = {name.replace("_", " ") for name in available_timezones()}
# Each calls itself what it is called everywhere.
LANGUAGES = {languages.name_of(code) for code in languages.COMMON}
# Words of comments that the reasons of the spam filter quote, each alone.
QUOTED = {"The", "cheap", "cost", "ocean", "river"}
# What is no page, and the entries of the record, which nobody translates.
AS_IT_WAS = ("admin:logout", "admin:jsi18n", "admin:ledger_entry_")


@pytest.fixture
def marked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that speaks the language of marks."""
    speak("xx", settings=settings, monkeypatch=monkeypatch)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Write a %(noun)s", ["page"]),
        ("Write it", []),
        ('<a href="%(noun)s">Write</a> a %(noun)s', ["page"]),
        ("Write a {noun}", ["noun"]),
    ],
)
def test_english_within_a_sentence_would_be_found(marked, message, found):
    with override("xx"):
        assert unmarked(f"<p>{gettext(message) % {'noun': 'page'}}</p>", set()) == found


@pytest.mark.django_db
def test_every_public_page_speaks_the_language_of_the_site(marked, client, ceo, moderator):
    paths, wrong = make_scene(ceo, moderator), {}
    known = stored_words() | QUOTED
    for name, path in paths.items():
        page = client.get(path).content.decode()
        assert '<html lang="xx" dir="ltr">' in page, name
        if found := unmarked(page, known):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.django_db
def test_every_page_of_the_newsroom_speaks_the_language_of_the_site(marked, client, ceo, moderator):
    make_scene(ceo, moderator)
    ceo.is_superuser = True
    ceo.save()
    client.force_login(ceo)
    pages = one_of_each(client, "/admin/")
    known, wrong = stored_words() | ZONES | LANGUAGES | QUOTED, {}
    for path, answer in pages.items():
        if is_html(answer) and (found := unmarked(answer.content.decode(), known)):
            wrong[path] = found
    assert wrong == {}


def one_of_each(client: Client, start: str) -> dict[str, Any]:
    """Follow the links of the newsroom, to one page of each kind."""
    answers: dict[str, Any] = {}
    kinds: set[str] = set()
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if not kind or kind in kinds:
            continue
        kinds.add(kind)
        answers[address] = client.get(address)
        waiting += sorted(links_of(address, answers[address]))
    return answers


def kind_of(address: str) -> str:
    """Return the kind of a page of the newsroom, or nothing for any other address."""
    path, _, query = address.partition("?")
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    is_ours = path.startswith("/admin/") and not name.startswith(AS_IT_WAS)
    return f"{name}?{query.partition('=')[0]}" if is_ours else ""


def test_every_name_that_django_makes_up_has_a_translation():
    """A field without a name of its own is called after the code, in the newsroom as well."""
    shown = set()
    for model in admin.site._registry:
        meta = model._meta
        if meta.app_label in OURS:
            fields = [*meta.local_fields, *meta.local_many_to_many]
            shown |= {str(field.verbose_name) for field in fields if field._verbose_name is None}
            own = meta.original_attrs
            shown |= set() if "verbose_name" in own else {str(meta.verbose_name)}
            shown |= set() if "verbose_name_plural" in own else {str(meta.verbose_name_plural)}
    assert len(shown) > 50
    assert shown - {"ID"} <= NAMES


PUBLIC_FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "an empty comment": ("/posts/part-2/comments/", {}),
    "a wrong comment": (
        "/posts/part-2/comments/",
        {"name": "Dana Whitfield", "email": "mara@", "url": "no", "body": "x" * 6000},
    ),
    "a preview": ("/posts/part-2/comments/", {"name": "Mara", "body": "Words.", "preview": "1"}),
    "an empty report": ("/comments/6/report/", {}),
    "no address for the newsletter": ("/subscribe/", {"email": "mara@", "kind": "post"}),
    "a wrong password": ("/admin/login/", {"username": "dana", "password": "wrong"}),
    "no address for a new password": ("/admin/password_reset/", {"email": "dana"}),
}
NEWSROOM_FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "an empty post": ("/admin/blog/post/add/", {"then": "publish", "seen": "0"}),
    "a page in the past": ("/admin/blog/post/add/?kind=page", {"then": "schedule", "title": "A"}),
    "no colleague": ("/admin/auth/user/add/", {}),
    "an empty line of the blocklist": ("/admin/comments/block/add/", {}),
    "no end of a crisis": ("/admin/comments/comment/crisis/", {}),
    "nobody": ("/admin/comments/comment/person/", {"address": "dana"}),
    "no quiet period": ("/admin/blog/post/quiet/", {"do": "plan"}),
    "no button": ("/admin/blog/post/quiet/", {}),
    "no old address": ("/admin/blog/oldaddress/add/", {}),
    "a wrong old address": ("/admin/blog/oldaddress/add/", {"path": "/", "leads_to": "x"}),
    "no file of addresses": ("/admin/newsletter/newsletter/import/", {}),
    "no topic": ("/admin/blog/topic/add/", {}),
    "no byline": ("/admin/blog/author/add/", {}),
    "no picture": ("/admin/blog/image/add/", {}),
    "no name of the site": ("/admin/blog/site/1/change/", {"accent": "yellow"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", PUBLIC_FORMS)
def test_what_is_said_of_a_form_speaks_the_language(marked, client, ceo, moderator, case):
    make_scene(ceo, moderator)
    owning.switch_on(by=ceo)
    path, data = PUBLIC_FORMS[case]
    said = client.post(path, data, HTTP_ORIGIN="http://testserver", follow=True).content.decode()
    assert 'lang="xx"' in said
    assert unmarked(said, stored_words() | ZONES | LANGUAGES | set(data.values())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", NEWSROOM_FORMS)
def test_what_the_newsroom_says_of_a_form_speaks_the_language(marked, client, ceo, moderator, case):
    make_scene(ceo, moderator)
    ceo.is_superuser = True
    ceo.save()
    client.force_login(ceo)
    path, data = NEWSROOM_FORMS[case]
    said = client.post(path, data, follow=True).content.decode()
    assert 'lang="xx"' in said
    assert unmarked(said, stored_words() | ZONES | LANGUAGES | set(data.values())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "500", "blog/not_set_up"])
def test_pages_that_stand_alone_speak_the_language(marked, name):
    page = render_to_string(f"{name}.html")
    assert 'lang="xx"' in page
    assert unmarked(page, set()) == []


@pytest.mark.django_db
def test_mail_speaks_the_language_of_the_site(marked, client, ceo, moderator):
    make_scene(ceo, moderator)
    while outbox.send_due():
        pass
    known, wrong = stored_words(), {}
    assert len(mail.outbox) > 1
    for message in mail.outbox:
        html = "".join(str(part.content) for part in message.alternatives)
        found = [
            *unmarked_lines(str(message.subject), known),
            *unmarked_lines(str(message.body), known),
            *unmarked(html, known),
        ]
        if found:
            wrong[message.subject] = found
    assert wrong == {}
