"""Notes of colleagues at a post: who may write, change and delete them, and that readers see none."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Note, Site, UnreadNote
from blog.refusal import Refused
from ledger.models import Entry
from tests.cast import make_draft, make_post, make_user
from tests.surface import body_of, crawl

pytestmark = pytest.mark.django_db
CANARY = "zqcanary: mind the pump contract"


@pytest.fixture
def post(ceo, writer):
    """A text that the CEO and a writer work on."""
    return make_draft(writer, author=ceo.author, title="The floor")


def address(post):
    return reverse("admin:blog_post_notes", args=[post.pk])


def send(client, post, do, *, status=302, **said):
    answer = client.post(address(post), {"do": do, **said})
    assert answer.status_code == status
    return answer.content.decode()


def test_note_is_added_changed_and_deleted_by_whoever_wrote_it(post, writer, at_desk):
    client = at_desk(writer)
    assert "No notes yet." in client.get(address(post)).content.decode()
    send(client, post, "add", text=f"  {CANARY}  ")
    note = Note.objects.get()
    assert (note.text, note.by, note.changed_at) == (CANARY, writer.pk, None)
    send(client, post, "change", note=note.pk, text="Mind the pumps.")
    note.refresh_from_db()
    assert note.text == "Mind the pumps."
    assert note.changed_at is not None
    send(client, post, "remove", note=note.pk)
    assert not Note.objects.exists()


def test_same_words_again_are_no_change(post, writer):
    note = workflow.add_note(post, CANARY, by=writer)
    workflow.change_note(note, f"{CANARY} ", by=writer)
    assert Note.objects.get().changed_at is None


def test_colleagues_read_it_and_cannot_touch_it(post, writer, counsel, ceo, at_desk):
    note = workflow.add_note(post, CANARY, by=writer)
    for other in (counsel, ceo):
        client = at_desk(other)
        page = client.get(address(post)).content.decode()
        assert CANARY in page
        assert "Delete it" not in page
        for do in ("change", "remove"):
            refused = send(client, post, do, note=note.pk, text="Gone", status=400)
            assert f"Only {writer.get_full_name()}" in refused
    assert Note.objects.get().text == CANARY


def test_counsel_who_cannot_write_posts_leaves_a_note(post, counsel, at_desk):
    send(at_desk(counsel), post, "add", text="Name the year.")
    assert Note.objects.get().by_label == counsel.get_full_name()


def test_editor_says_how_many_there_are(post, writer, counsel, at_desk):
    change = reverse("admin:blog_post_change", args=[post.pk])
    assert ">Notes</a>" in at_desk(writer).get(change).content.decode()
    workflow.add_note(post, CANARY, by=counsel)
    assert ">Notes (1)</a>" in at_desk(writer).get(change).content.decode()


def test_only_signer_reads_what_a_writer_noted(post, writer, ceo, at_desk):
    workflow.add_note(post, CANARY, by=writer)
    change = reverse("admin:blog_post_change", args=[post.pk])
    assert ">Notes (1)</a>" in at_desk(ceo).get(change).content.decode()


def test_who_works_alone_is_not_offered_notes_to_herself(ceo, at_desk):
    change = reverse("admin:blog_post_change", args=[make_draft(ceo).pk])
    assert "/notes/" not in at_desk(ceo).get(change).content.decode()


@pytest.mark.parametrize(("text", "said"), [("", "Write the note first."), ("x" * 2001, "2,001")])
def test_what_is_refused_stays_in_its_field(post, writer, at_desk, text, said):
    client = at_desk(writer)
    page = send(client, post, "add", text=text, status=400)
    assert said in page
    assert f">{text}</textarea>" in page
    note = workflow.add_note(post, CANARY, by=writer)
    page = send(client, post, "change", note=note.pk, text=text, status=400)
    assert f">{text}</textarea>" in page
    assert CANARY in page


@pytest.mark.parametrize("number", ["0", "x", "9" * 19, "9" * 5000, "-1", "٣"])
def test_note_that_is_none_is_not_found(post, writer, at_desk, number):
    send(at_desk(writer), post, "remove", note=number, status=404)


def test_note_of_another_post_is_not_found(post, ceo, writer, at_desk):
    other = workflow.add_note(make_post(ceo, slug="other"), CANARY, by=writer)
    send(at_desk(writer), post, "remove", note=other.pk, status=404)
    assert Note.objects.exists()


def test_button_that_is_none_does_nothing(post, writer, at_desk):
    note = workflow.add_note(post, CANARY, by=writer)
    for said in ({"note": note.pk, "do": "add"}, {"do": "remove"}, {"do": "x", "note": note.pk}):
        send(at_desk(writer), post, said.pop("do"), status=400, **said)
    assert Note.objects.count() == 1


def test_who_sees_no_posts_sees_no_notes(post, at_desk):
    outsider = make_user("Pia Plain")
    assert at_desk(outsider).get(address(post)).status_code == 403
    with pytest.raises(Refused):
        workflow.add_note(post, CANARY, by=outsider)


def test_readers_never_see_one_and_the_record_holds_none(ceo, writer):
    public = make_post(ceo)
    entries = Entry.objects.count()
    workflow.add_note(public, CANARY, by=writer)
    assert Entry.objects.count() == entries
    start = {"/", "/sitemap.xml", "/feed.atom", "/search/?q=zqcanary", public.get_absolute_url()}
    for path, answer in crawl(Client(), start).items():
        assert "mind the pump contract" not in body_of(answer), path


def test_note_stays_when_its_account_goes(post, writer):
    workflow.add_note(post, CANARY, by=writer)
    name = writer.get_full_name()
    User.objects.filter(pk=writer.pk).update(is_active=False)
    assert Note.objects.get().by_label == name


def sent(mailoutbox, minutes=3):
    """Send what is due by then; the mails since the last time, by whom they are to."""
    mailoutbox.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        outbox.send_due(limit=10)
    return {message.to[0]: message for message in mailoutbox}


def test_who_works_on_it_hears_of_a_note_once(post, writer, ceo, counsel, mailoutbox):
    workflow.add_note(post, CANARY, by=counsel)
    mails = sent(mailoutbox)
    assert mails.keys() == {writer.email, ceo.email}
    mail = mails[writer.email]
    assert mail.subject == "Ruth Amari left a note on “The floor”"
    assert f"> {CANARY}" in mail.body
    assert address(post) in mail.body
    assert CANARY in str(mail.alternatives)
    assert sent(mailoutbox, 10) == {}


def test_notes_within_two_minutes_are_told_together_and_later_ones_alone(
    post, writer, counsel, ceo, mailoutbox
):
    workflow.add_note(post, "First.", by=counsel)
    workflow.add_note(post, "Second.", by=ceo)
    mail = sent(mailoutbox)[writer.email]
    assert mail.subject == "Colleagues left 2 notes on “The floor”"
    assert mail.body.index("First.") < mail.body.index("Second.")
    assert mail.body.count("First.") == 1
    workflow.add_note(post, "Third.", by=counsel)
    mail = sent(mailoutbox)[writer.email]
    assert ("Third." in mail.body, "First." in mail.body) == (True, False)


def test_who_left_a_note_before_hears_of_the_answer_and_not_of_her_own(
    post, writer, counsel, mailoutbox
):
    workflow.add_note(post, "Name the year.", by=counsel)
    sent(mailoutbox)
    workflow.add_note(post, "It was 2019.", by=writer)
    mails = sent(mailoutbox)
    assert counsel.email in mails
    assert writer.email not in mails


def test_counsel_who_is_asked_to_sign_hears_of_a_note(post, ceo, writer, counsel, mailoutbox):
    Site.objects.update(needs_counsel=True)
    workflow.submit(post, by=writer)
    workflow.add_note(post, CANARY, by=ceo)
    assert counsel.email in {to for to, mail in sent(mailoutbox).items() if CANARY in mail.body}


def test_note_that_was_read_or_deleted_in_time_is_in_no_mail(
    post, writer, ceo, counsel, at_desk, mailoutbox
):
    workflow.add_note(post, CANARY, by=counsel)
    at_desk(writer).get(address(post))
    assert sent(mailoutbox).keys() == {ceo.email}
    workflow.remove_note(workflow.add_note(post, "Oh, no.", by=counsel), by=counsel)
    assert sent(mailoutbox) == {}


def test_changed_note_is_told_in_its_last_words(post, writer, counsel, mailoutbox):
    note = workflow.add_note(post, "Mind the pump.", by=counsel)
    workflow.change_note(note, "Mind the pumps.", by=counsel)
    assert "> Mind the pumps." in sent(mailoutbox)[writer.email].body


def test_mail_that_failed_tells_the_note_again_and_once(post, writer, counsel, ceo, mailoutbox):
    User.objects.filter(pk=ceo.pk).update(email="")
    workflow.add_note(post, "First.", by=counsel)
    with mock.patch("django.core.mail.EmailMessage.send", side_effect=OSError("down")):
        assert sent(mailoutbox) == {}
    workflow.add_note(post, "Second.", by=counsel)
    bodies = [mail.body for mail in sent(mailoutbox, 30).values()]
    assert ("First." in bodies[0], "Second." in bodies[0], len(bodies)) == (True, True, 1)
    assert sent(mailoutbox, 60) == {}


def test_note_is_told_to_nobody_who_may_no_longer_read_it(post, writer, ceo, counsel, mailoutbox):
    workflow.add_note(post, CANARY, by=counsel)
    User.objects.filter(pk=writer.pk).update(is_staff=False)
    User.objects.filter(pk=ceo.pk).update(is_active=False)
    assert sent(mailoutbox) == {}


def test_opening_the_notes_writes_nothing_while_the_site_is_read_only(
    post, writer, counsel, at_desk, settings
):
    workflow.add_note(post, CANARY, by=counsel)
    settings.READ_ONLY = True
    assert at_desk(writer).get(address(post)).status_code == 200
    assert UnreadNote.objects.filter(person=writer).exists()
    settings.READ_ONLY = False
    at_desk(writer).get(address(post))
    assert not UnreadNote.objects.filter(person=writer).exists()


@pytest.mark.django_db(transaction=True)
def test_notes_left_at_once_are_each_told_once(
    post, writer, ceo, counsel, run_together, mailoutbox
):
    run_together(
        6, lambda n: workflow.add_note(post, f"Note {n}.", by=(counsel, ceo)[n % 2]), reraise=True
    )
    body = sent(mailoutbox)[writer.email].body
    assert [body.count(f"Note {n}.") for n in range(6)] == [1] * 6
    assert sent(mailoutbox, 10) == {}
