"""One byte of a picture's file changed on the disk: nobody publishes it, and nobody is shown it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from blog import workflow
from blog.image_addresses import FOLDER, FORMATS
from blog.image_files import store
from blog.models import Image, Post
from ledger.models import Entry
from ledger.record import Actor, record
from tests.blog.test_guards import live
from tests.blog.test_voided_approval import (
    Door,
    by_action,
    by_bulk_action,
    by_form,
    by_form_with_a_moment,
    by_scheduling,
    by_verb,
    root,
)
from tests.cast import make_draft, make_post
from tests.pictures import drawn, kept, known
from tests.refusals import execute, refused

__all__ = ["root"]
pytestmark = pytest.mark.django_db

SENTENCE = "“river.png” was changed or lost after it was added, so no signature covers it."
SEE_THE_DISK: list[Door] = [by_verb, by_scheduling, by_form, by_form_with_a_moment]
SEE_THE_DISK += [by_action, by_bulk_action]
WIDE = (600, 400)


@pytest.fixture
def image(db: None) -> Image:
    """A picture in two widths."""
    return kept(drawn(size=WIDE))


@pytest.fixture
def signed(ceo: User, writer: User, image: Image) -> Post:
    """A text with the picture, which the CEO has signed."""
    post = make_draft(writer, author=ceo.author, body=f"![A river]({image.address.url})")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    return post


def served(image: Image) -> list[Path]:
    """The files that readers may ask for."""
    names = (image.address.file_name(w, kind) for w in image.address.widths for kind in FORMATS)
    return [store.shown_path(name) for name in names]


def change_one_byte(path: Path) -> None:
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def original_changes(image: Image) -> None:
    """The file that came is another one."""
    change_one_byte(Path(image.original.path))


def original_is_lost(image: Image) -> None:
    """The file that came is gone."""
    Path(image.original.path).unlink()


def file_changes(image: Image) -> None:
    """A file that phones are served is another one."""
    change_one_byte(served(image)[0])


def file_is_lost(image: Image) -> None:
    """The file that old browsers are served is gone."""
    served(image)[-1].unlink()


def file_is_another_picture(image: Image) -> None:
    """All files are those of another picture of the same size."""
    other = kept(drawn(size=WIDE, mode="L"))
    for mine, theirs in zip(served(image), served(other), strict=True):
        mine.write_bytes(theirs.read_bytes())


DAMAGES = [
    original_changes,
    original_is_lost,
    file_changes,
    file_is_lost,
    file_is_another_picture,
]
Damage = Callable[[Image], None]


@pytest.mark.parametrize("damage", DAMAGES)
def test_changed_file_shuts_every_door_that_sees_the_disk(signed, image, root, client, damage):
    damage(image)
    for door in SEE_THE_DISK:
        told = door(root, Post.objects.get(pk=signed.pk))
        assert SENTENCE in told, (door.__name__, told)
        assert client.get(signed.get_absolute_url()).status_code == 404, door.__name__


@pytest.mark.parametrize("damage", DAMAGES)
def test_same_picture_added_again_mends_it_and_the_signature_holds(
    signed, image, ceo, client, damage
):
    damage(image)
    assert kept(drawn(size=WIDE)).pk == image.pk
    assert workflow.publish(signed, by=ceo).is_published
    for path in served(image):
        assert client.get(FOLDER + path.name).status_code == 200


def test_files_that_are_as_they_were_shut_nothing(signed, ceo):
    assert workflow.publish(signed, by=ceo).is_published


def test_database_cannot_see_the_disk_and_the_changed_file_is_not_shown(signed, image, client):
    """Past every verb the signed words can go out, since they are signed; the forged picture cannot."""
    for path in served(image):
        change_one_byte(path)
    Post.objects.filter(pk=signed.pk).update(**live(signed))
    assert client.get(signed.get_absolute_url()).status_code == 200
    for path in served(image):
        assert client.get(FOLDER + path.name).status_code == 404


def test_file_that_changes_while_its_post_waits_for_the_clock_is_not_shown(
    signed, image, ceo, client
):
    workflow.schedule(signed, by=ceo, at=timezone.now() + timedelta(hours=1))
    change_one_byte(served(image)[0])
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert workflow.publish_due() == 1
        answers = [client.get(FOLDER + path.name) for path in served(image)]
    assert [answer.status_code for answer in answers] == [404] + [200] * (len(answers) - 1)
    assert "no-store" in answers[0].headers["Cache-Control"]


def test_changed_file_is_not_shown_to_colleagues_either(signed, image, root):
    change_one_byte(served(image)[0])
    assert root.browser.get(FOLDER + served(image)[0].name).status_code == 404
    assert root.browser.get(FOLDER + served(image)[1].name).status_code == 200


def test_changed_file_is_named_in_the_log(ceo, image, client, caplog):
    make_post(ceo, body=f"![A river]({image.address.url})")
    change_one_byte(served(image)[0])
    client.get(FOLDER + served(image)[0].name)
    assert f"The picture file {served(image)[0].name} was changed" in caplog.text


def test_row_keeps_the_key_of_its_file_whoever_writes_it(signed, image):
    for changes in ({"key": "f" * 32}, {"width": 601}, {"height": 1}):
        with refused("A picture keeps the key and the size of the file that came"):
            Image.objects.filter(pk=image.pk).update(**changes)
    with refused("A picture keeps the key"):
        execute("UPDATE blog_image SET key = %s", "f" * 32)
    Image.objects.filter(pk=image.pk).update(alt="A river", focus_x=10)


def test_row_and_file_of_another_key_do_not_take_the_place(signed, image, root, client):
    """The words name their picture by its key: another row, with files of its own, is another picture."""
    other = kept(drawn(size=WIDE, mode="L"))
    for mine, theirs in zip(served(image), served(other), strict=True):
        theirs.replace(mine)
    assert SENTENCE in by_verb(root, signed)


def test_digests_are_in_the_record_which_nobody_changes(image):
    with refused("is final and cannot be"):
        Entry.objects.filter(verb="add_image").update(facts={"key": image.key})


def test_entry_that_holds_no_digests_shuts_nothing(ceo, client):
    image = known()
    record("add_image", image, by=Actor.system("command"), facts={"key": image.key})
    assert make_post(ceo, body=f"![A river]({image.address.url})").is_published
