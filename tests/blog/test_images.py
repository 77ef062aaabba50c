"""Keeping pictures: what comes in, what is written, what is refused, and twice the same at once."""

from __future__ import annotations

import io
import stat
import threading
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections
from PIL import Image as Pillow
from PIL import ImageCms

from blog import images, workflow
from blog.image_addresses import FORMATS
from blog.image_files import checks, conversion, store
from blog.models import Image, ImageUse
from blog.refusal import Refused
from blog.workflow import pictures
from blog.workflow.pictures import record_uses, remove_picture
from ledger.models import Entry
from tests import hostile_pictures as hostile
from tests.cast import edited, make_draft
from tests.pictures import drawn, kept, known, lead

pytestmark = pytest.mark.django_db

KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
RED, BLUE = (220, 30, 30), (30, 30, 220)


def file(image: Image, width: int, kind: str) -> Path:
    """The file of a picture in one width and format."""
    return store.shown_path(image.address.file_name(width, kind))


def opened(image: Image, kind: str = "webp") -> Pillow.Image:
    """The largest file of a picture."""
    return Pillow.open(file(image, image.address.widths[-1], kind))


def is_near(picture: Pillow.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has a colour, as far as such files keep one."""
    found = picture.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def sentence_of(data: bytes, name: str = "river") -> str:
    """What is said to whoever sends a file that is refused; nothing of it stays."""
    with pytest.raises(ValidationError) as caught:
        kept(data, name=name)
    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path for path in left if path.name != ".lock"] == []
    assert not Image.objects.exists()
    (sentence,) = caught.value.messages
    return sentence


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_kept_in_every_width_and_format(kind):
    image = kept(drawn(kind, (1000, 500)), name=f"river.{KINDS[kind]}")
    assert (image.width, image.height, image.address.widths) == (1000, 500, (480, 960, 1000))
    for width, height in ((480, 240), (960, 480), (1000, 500)):
        for ending, mime in FORMATS.items():
            with Pillow.open(file(image, width, ending)) as picture:
                assert (picture.size, picture.get_format_mimetype()) == ((width, height), mime)
                assert is_near(picture, (10, 10), RED)
                assert is_near(picture, (width - 10, 10), BLUE)


def test_smallest_picture_is_kept_as_it_is():
    assert kept(drawn(size=(2, 1))).address.widths == (2,)


def test_original_lies_apart_as_it_came_and_for_nobody_else():
    data = drawn("JPEG")
    original = Path(kept(data, name="river.jpg").original.path)
    assert original.read_bytes() == data
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert original.parent.name == "originals"


def test_row_says_who_brought_it_and_what_it_shows():
    image = kept(name="C:\\fakepath\\the river.png", alt=" A  river\n", caption="In May")
    assert (image.name, image.alt, image.caption) == ("the river.png", "A river", "In May")
    assert (image.uploaded_by, image.uploaded_by_label) == (None, "The system")
    assert Entry.objects.latest("sequence").verb == "add_image"
    served = {kind: sha256(file(image, 64, kind).read_bytes()) for kind in FORMATS}
    files = {f"64.{kind}": found.hexdigest() for kind, found in served.items()}
    assert Entry.objects.latest("sequence").facts == {"key": image.key, "files": files}


def test_decorative_picture_says_nothing():
    assert kept(alt="A river", is_decorative=True).alt == ""


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind):
    frames = [Pillow.new("RGB", (20, 10), colour) for colour in (RED, BLUE)]
    moving = io.BytesIO()
    frames[0].save(moving, kind, save_all=True, append_images=frames[1:], duration=100)
    image = kept(moving.getvalue(), name="")
    assert image.is_first_frame
    assert is_near(opened(image), (10, 5), RED)
    assert not kept(drawn(kind), name="").is_first_frame


def test_what_a_camera_writes_is_gone_and_the_picture_stands_upright():
    exif = Pillow.Exif()
    exif[0x0112] = 6  # taken with the camera on its side: the top is at the right
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[2] = (52.0, 9.0, 30.0)
    data = drawn("JPEG", (300, 200), exif=exif, comment=b"Secret comment", quality=95,
                 xmp=b"<x:xmpmeta>Secret place</x:xmpmeta>")  # fmt: skip
    image = kept(data, name="photo.jpg")
    assert (image.width, image.height) == (200, 300)
    for kind in FORMATS:
        with opened(image, kind) as picture:
            assert picture.size == (200, 300)
            assert is_near(picture, (100, 20), RED)
            assert is_near(picture, (100, 280), BLUE)
            assert dict(picture.getexif()) == {}
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(picture.info)
        written = file(image, 200, kind).read_bytes()
        assert b"Secret" not in written and b"Exif" not in written


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_is_kept(kind, orientation):
    picture = Pillow.new("RGB", (60, 40), BLUE)
    picture.paste(RED, (0, 0, 20, 20))
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    data, exif = io.BytesIO(), Pillow.Exif()
    exif[0x0112] = orientation
    stored = picture.transpose(Pillow.Transpose(turned))
    stored.save(data, kind, exif=exif, quality=95)
    image = kept(data.getvalue(), name="")
    assert (image.width, image.height) == (60, 40)
    assert is_near(opened(image), (8, 8), RED)
    assert is_near(opened(image), (50, 30), BLUE)


def swapped_profile() -> bytes:
    """A colour profile by which red is blue and blue is red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def test_other_colours_are_turned_into_those_of_screens():
    image = kept(drawn("PNG", icc_profile=swapped_profile()))
    assert is_near(opened(image), (5, 20), BLUE)
    assert is_near(opened(image), (60, 20), RED)


def test_broken_colour_profile_is_left_aside():
    image = kept(drawn("PNG", icc_profile=b"no profile at all"))
    assert is_near(opened(image), (5, 20), RED)


def test_transparent_picture_stays_so_and_is_white_in_jpeg():
    data = io.BytesIO()
    Pillow.new("RGBA", (20, 20), (0, 0, 0, 0)).save(data, "PNG")
    image = kept(data.getvalue())
    assert is_near(opened(image, "jpg"), (10, 10), (255, 255, 255))
    for kind in ("webp", "avif"):
        assert opened(image, kind).convert("RGBA").getpixel((10, 10))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(mode):
    data = io.BytesIO()
    colour = 40_000 if mode == "I;16" else None
    picture = Pillow.new(mode, (20, 20), colour) if colour else Pillow.new("RGB", (20, 20), "white")
    (picture if colour else picture.convert(mode)).save(data, "PNG")
    grey = (155, 155, 155) if colour else (255, 255, 255)
    assert is_near(opened(kept(data.getvalue())), (10, 10), grey)


def test_printer_colours_are_read():
    data = io.BytesIO()
    Pillow.new("CMYK", (20, 20), (0, 230, 230, 20)).save(data, "JPEG")
    assert is_near(opened(kept(data.getvalue(), name="print.jpeg")), (10, 10), RED)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "An SVG is a drawing that can hold programs.",
        ),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><SVG/>", "An SVG is a drawing"),
        (b"Only words.", "This file is no picture that can be read."),
        (b"MZ" + b"\0" * 99, "This file is no picture that can be read."),
        (b"BM" + b"\0" * 99, "This file is no picture that can be read."),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "browsers cannot show (HEIC)"),
        (partial(bytes, 25 * 1024 * 1024 + 1), "This file is larger than 25 MB."),
        (partial(drawn, "PNG", (5000, 4001)), "more than 20 million pixels"),
        (drawn(size=(16_001, 2)), "longer than 16,000 pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_for_a_page_is_refused_in_a_sentence(data, sentence):
    assert sentence in sentence_of(data if isinstance(data, bytes) else data())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.97])
def test_file_that_is_cut_off_is_refused(kind, part):
    data = drawn(kind, (400, 300))
    assert sentence_of(data[: int(len(data) * part)]) in {checks.DAMAGED, checks.NO_PICTURE}


def test_file_with_other_bytes_in_its_middle_is_refused():
    data = drawn("PNG", (400, 300))
    middle = len(data) // 2
    broken = (
        data[:middle]
        + bytes(byte ^ 0x55 for byte in data[middle : middle + 9])
        + data[middle + 9 :]
    )
    assert sentence_of(broken) == checks.DAMAGED


@pytest.mark.parametrize(
    "bomb",
    [
        hostile.png_of_many_pixels,
        hostile.png_with_packed_text,
        partial(hostile.png_with_packed_text, b"iTXt"),
        partial(hostile.png_with_packed_text, b"iCCP"),
        hostile.jpeg_of_many_scans,
        hostile.gif_of_many_pixels,
    ],
    ids=["pixels", "text", "text in Unicode", "profile", "scans", "moving"],
)
def test_bomb_is_refused_before_anything_is_decoded(bomb, monkeypatch):
    monkeypatch.setattr(conversion, "convert", None)
    assert sentence_of(bomb()) in {checks.BOMB, checks.TOO_MANY_PIXELS}


def test_picture_that_is_larger_than_it_says_is_stopped_while_it_is_decoded():
    assert sentence_of(hostile.avif_that_lies()) == checks.DAMAGED


@pytest.mark.parametrize("name", hostile.POLYGLOTS)
def test_picture_that_is_something_else_as_well_is_refused(name):
    assert sentence_of(hostile.POLYGLOTS[name]) == checks.FOREIGN


@pytest.mark.parametrize(
    "behind",
    [
        drawn("JPEG", (32, 24)),  # a preview, or a map of light
        b"\0" * 4096,
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free",  # a short film
        b"SEFH\x6b\0\0\0\x01\0\0\0SEFT",
        b"\0ftyp PK\x05\x06 by chance",
    ],
)
def test_what_cameras_put_behind_a_picture_is_no_harm(behind):
    kept(drawn("JPEG") + behind, name="IMG_0001.JPG")
    assert Image.objects.count() == 1


def test_words_about_pages_in_a_picture_are_no_harm():
    about = b"Comment\0Written in HTML and PHP; see script.js <x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    kept(hostile.with_chunk(b"tEXt", about))
    assert Image.objects.count() == 1


@pytest.mark.parametrize("name", ["a.jpg", "a.php", "a.png.exe", "a.svg", "a.html"])
def test_ending_that_does_not_fit_is_refused(name):
    assert "ends in ." in sentence_of(drawn("PNG"), name=name)


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "a.jfif", "a", ""])
def test_ending_that_fits_or_is_missing_is_taken(name):
    assert kept(drawn("JPEG"), name=name).pk


def test_decoder_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(conversion, "MOST_SECONDS", 0.01)
    assert "takes too long" in sentence_of(drawn())


def test_same_file_is_kept_once_under_its_first_words():
    first = kept(alt="A river", name="one.png")
    again = kept(alt="Another word", name="two.png")
    assert (again.pk, again.alt, again.name) == (first.pk, "A river", "one.png")
    assert Entry.objects.filter(verb="add_image").count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_file_sent_by_many_at_once_is_kept_once(run_together):
    found = run_together(4, lambda number: kept(name=f"{number}.png").pk, reraise=True)
    assert (
        len(set(found)) == Image.objects.count() == Entry.objects.filter(verb="add_image").count()
    )
    image = Image.objects.get()
    assert store.is_whole(image.address, str(image.original))


def test_crash_before_the_row_is_healed_by_the_same_file(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(images, "record", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept()
    assert not Image.objects.exists()
    image = kept()
    assert store.is_whole(image.address, str(image.original))


def test_lost_files_are_healed_by_the_same_file():
    image = kept(drawn("PNG", (700, 40)))
    file(image, 480, "avif").unlink()
    Path(image.original.path).unlink()
    assert kept(drawn("PNG", (700, 40))).pk == image.pk
    assert store.is_whole(image.address, str(image.original))


def test_full_disk_leaves_nothing_half_written(monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "put", full)
    with pytest.raises(OSError, match="No space"):
        kept()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix] == []
    assert not Image.objects.exists()


def test_saving_words_notes_which_pictures_they_show(ceo):
    inside, above, unused = (kept(drawn(size=(size, 9))) for size in (10, 11, 12))
    body = f"![A river]({inside.address.url})\n\n![Again]({inside.address.url})"
    post = make_draft(ceo, body=body, images=(lead(above.address),))
    workflow.save_version(post, edited(post, images=()), by=ceo)
    uses = ImageUse.objects.order_by("version__number", "pk")
    assert [(use.version.number, use.image) for use in uses] == [
        (1, inside),
        (1, above),
        (2, inside),
    ]
    assert not unused.uses.exists()


def test_uses_of_many_versions_take_a_handful_of_questions(ceo, django_assert_max_num_queries):
    image = known()
    texts = [make_draft(ceo, title=f"Flood {number}").versions.get() for number in range(12)]
    renderings = [text.renderings.select_related("version").get() for text in texts]
    for rendering in renderings:
        rendering.html = f'<p><img src="{image.address.url}" alt="A river"></p>'
    with django_assert_max_num_queries(5):
        record_uses(renderings)
    assert ImageUse.objects.count() == 12
    record_uses(renderings)
    assert ImageUse.objects.count() == 12


@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_use_is_noted_however_the_text_spells_the_address(ceo, markup):
    image = known()
    address = image.address.url.replace("-", "&#45;", 1).replace("/media", "&#x2f;media")
    written = f"![A river]({address})" if markup == "markdown" else f'<img src="{address}" alt="">'
    post = make_draft(ceo, body=f"{written}\n\nIt rose.", markup=markup)
    assert image.address.url in post.versions.get().renderings.get().html
    assert [use.image for use in ImageUse.objects.all()] == [image]


@pytest.mark.parametrize(
    "address",
    [
        f"/media/images/{'1' * 32}-1200x800.jpg",
        f"/media/images/{'0' * 32}-1200x801.jpg",
        "/media/images/river.jpg",
    ],
)
def test_text_that_names_a_picture_this_site_lacks_is_refused(ceo, address):
    known()
    with pytest.raises(Refused, match="This site has no picture under the address"):
        make_draft(ceo, body=f"![A river]({address})")


@pytest.mark.parametrize(
    "entry",
    [
        {"address": f"/media/images/{'0' * 32}-1200x800.jpg"},
        lead(focus="101% 50%"),
        lead() | {"address": "/media/site/x.webp"},
        lead(size="large"),
    ],
)
def test_lead_picture_that_no_form_sends_is_refused(ceo, entry):
    known()
    with pytest.raises(Refused, match="The lead picture cannot be read"):
        make_draft(ceo, images=(entry,))


def test_words_about_the_folder_of_pictures_are_no_picture(ceo):
    make_draft(ceo, body="Pictures lie under /media/images/ and nowhere else.")


def test_picture_that_no_text_shows_is_deleted_with_its_files(ceo):
    image = kept()
    remove_picture(image, by=ceo)
    assert not Image.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix] == []
    assert Entry.objects.latest("sequence").verb == "delete_image"


def test_picture_in_any_version_stays(ceo):
    image = kept()
    post = make_draft(ceo, body=f"![A river]({image.address.url})")
    workflow.save_version(post, edited(post, body="No picture."), by=ceo)
    with pytest.raises(Refused, match="stands in a text, so it stays"):
        remove_picture(image, by=ceo)
    assert store.is_whole(image.address, str(image.original))


@pytest.mark.django_db(transaction=True)
def test_picture_that_a_text_is_about_to_show_is_not_deleted_meanwhile(ceo, monkeypatch):
    image = kept()
    refusals: list[Refused] = []

    def remove() -> None:
        try:
            remove_picture(image, by=ceo)
        except Refused as refusal:
            refusals.append(refusal)
        finally:
            connections.close_all()

    removing = threading.Thread(target=remove)
    find = pictures._rows_of

    def found_and_then_deleted(keys):
        rows = list(find(keys))
        removing.start()
        removing.join(timeout=1)
        return rows

    monkeypatch.setattr(pictures, "_rows_of", found_and_then_deleted)
    make_draft(ceo, body=f"![X]({image.address.url})")
    removing.join()
    assert len(refusals) == 1
    assert ImageUse.objects.get().image == image


def test_picture_of_blanked_words_only_loses_its_files_and_may_come_back(ceo):
    image = kept(alt="A secret", name="secret.png")
    post = make_draft(ceo, body=f"![A river]({image.address.url})")
    workflow.redact(post.versions.get(), by=ceo, reason="A court ordered it.")
    remove_picture(image, by=ceo)
    image.refresh_from_db()
    assert (image.name, image.alt) == (images.DELETED, "")
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix] == []
    assert kept(name="again.png").pk == image.pk
    image.refresh_from_db()
    assert image.name == "again.png"


def test_only_who_has_the_right_deletes_pictures(moderator):
    image = kept()
    with pytest.raises(Refused, match="Your account may not delete pictures"):
        remove_picture(image, by=moderator)
    assert Image.objects.exists()
