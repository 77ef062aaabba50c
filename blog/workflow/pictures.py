"""Pictures and the words that show them: what a text may name, which use is noted, what may go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from blog import image_addresses
from blog.image_files import store
from blog.images import DELETED
from blog.models import Image, ImageUse, Post, Rendering
from blog.picture_marks import mark_problems
from blog.refusal import Refused
from blog.sealed_pictures import changed_pictures
from blog.words import Words
from ledger.models import subject_of
from ledger.record import Actor, record

_ROWS = 500
"""Keys of one question, rows of one insert; both databases take more."""

# What a text says to show a picture of this site, right or wrong, as far as an address can go.
_NAMED = re.compile(rf"{image_addresses.FOLDER}[\w%-]+\.\w{{2,5}}")
_FOCUS = re.compile(r"(\d{1,2}|100)% (\d{1,2}|100)%", re.ASCII)
_LEAD_FIELDS = {"address", "alt", "caption", "focus"}


def picture_problems(words: Words) -> Iterator[str]:
    """Yield a sentence for each picture of `words` that could not be shown. At most one query."""
    yield from mark_problems(words.body)
    yield from _lead_problems(words)
    yield from _unknown_pictures(words)


def _unknown_pictures(words: Words) -> Iterator[str]:
    named = dict.fromkeys((*_NAMED.findall(words.body), *_lead_addresses(words.images)))
    meant = {address: _meant(address) for address in named}
    kept = _addresses_of({found.key for found in meant.values() if found})
    for address, found in meant.items():
        if found not in kept:
            yield (
                gettext(
                    "This site has no picture under the address %(address)s. Add it again, or "
                    "take it out of the text."
                )
                % {"address": address[:100]}
            )


def _lead_problems(words: Words) -> Iterator[str]:
    if len(words.images) > 1:
        yield gettext("A post has one lead picture.")
    for image in words.images:
        is_readable = set(image) == _LEAD_FIELDS and image_addresses.read(image["address"])
        if not is_readable or not _FOCUS.fullmatch(image["focus"]):
            yield gettext("The lead picture cannot be read. Choose it again.")


def _meant(address: str) -> image_addresses.ImageAddress | None:
    found = image_addresses.read_file_name(address.removeprefix(image_addresses.FOLDER))
    return found[0] if found else None


def record_uses(renderings: Sequence[Rendering]) -> None:
    """Note which pictures the words of new renderings show, in the caller's transaction.

    By these rows the site knows who may see a picture. They are read from the HTML, which spells an
    address in one way however the source writes it. However many renderings there are, it asks for
    pictures in lots of 500. An address that means no picture of this site is left out.
    """
    shown = [(made.version_id, key) for made in renderings for key in _keys_of(made)]
    rows = dict(_rows_of({key for _, key in shown}))
    uses = {(version, rows[key]): None for version, key in shown if key in rows}
    known = ImageUse.objects.filter(version__in={version for version, _ in uses})
    for use in known.values_list("version", "image"):
        uses.pop(use, None)
    new = [ImageUse(version_id=version, image_id=image) for version, image in uses]
    ImageUse.objects.bulk_create(new, batch_size=_ROWS)


def require_unchanged_pictures(post: Post) -> None:
    """Refuse while a picture of the newest words is still to come, or is not the one signed. Two queries.

    Call it before a transaction begins: it reads those files.
    """
    version = post.versions.first()
    waits = next(mark_problems(version.body), "") if version else ""
    if waits:
        raise Refused(waits)
    changed = next(changed_pictures(version), None) if version else None
    if changed:
        raise Refused(
            gettext(
                "A file of the picture “%(name)s” was changed or lost after it was added, so "
                "no signature covers it. Add the same picture again."
            )
            % {"name": changed.name}
        )


def describe_picture(
    image: Image, *, alt: str, caption: str, by: User, channel: str = "admin"
) -> None:
    """Remember what a picture shows, for the next text, unless something was said of it before.

    An empty `alt` says that it is decorative. Texts hold words of their own, which stay as they are.
    """
    with transaction.atomic():
        unsaid = Image.objects.filter(pk=image.pk, alt="", is_decorative=False)
        if unsaid.update(alt=alt, is_decorative=not alt, caption=caption):
            record(
                "change_image", image, by=Actor.of(by, channel=channel), facts={"key": image.key}
            )


def remove_picture(image: Image, *, by: User, channel: str = "admin") -> None:
    """Delete a picture that no text shows, with all its files.

    Where only blanked words showed it, the files go and the row stays, as it stands in their history.

    Raises:
        Refused: when the account may not, or a text shows it, be it one that readers never saw.
    """
    if not (by.is_active and by.has_perm("blog.delete_image")):
        raise Refused(
            gettext("Your account may not delete pictures. Ask an administrator for the role.")
        )
    with store.alone():
        with transaction.atomic():
            row = Image.objects.select_for_update().filter(pk=image.pk).first()
            if row is None:
                return
            if row.uses.filter(version__redacted_at__isnull=True).exists():
                raise Refused(
                    gettext("“%(name)s” stands in a text, so it stays.") % {"name": row.name}
                )
            subject, facts = subject_of(row), {"key": row.key}
            if row.uses.exists():
                Image.objects.filter(pk=row.pk).update(name=DELETED, alt="", caption="")
            else:
                Image.objects.filter(pk=row.pk).delete()
            record("delete_image", subject, by=Actor.of(by, channel=channel), facts=facts)
        # A crash before this leaves files that nothing names and nobody is served.
        store.delete(row.address, str(row.original))


def _lead_addresses(entries: Iterable[dict[str, str]]) -> list[str]:
    return [entry.get("address", "") for entry in entries]


def _keys_of(rendering: Rendering) -> Iterator[str]:
    lead = _lead_addresses(rendering.version.images)
    return image_addresses.keys_in("\n".join((rendering.html, *lead)))


def _in_lots(keys: set[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    yield from (ordered[at : at + _ROWS] for at in range(0, len(ordered), _ROWS))


def _rows_of(keys: set[str]) -> Iterator[tuple[str, int]]:
    """Yield key and row of the pictures that are here, which nobody can delete until the commit."""
    for lot in _in_lots(keys):
        rows = Image.objects.filter(key__in=lot).order_by("key")
        yield from rows.select_for_update(no_key=True).values_list("key", "pk")


def _addresses_of(keys: set[str]) -> set[image_addresses.ImageAddress]:
    return {
        image_addresses.ImageAddress(*row)
        for lot in _in_lots(keys)
        for row in Image.objects.filter(key__in=lot).values_list("key", "width", "height")
    }
