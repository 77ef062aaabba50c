"""How long a picture takes, and how much memory: those that are kept, and those that are refused.

Run with `python bench/pictures.py`. Each file is given to a process of its own. The memory of the site is
what that process took beyond what it takes for a file of a few letters; that of the decoder is all of its
own, Python included, and 0 where none was started.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
_MEGABYTE = 1024


def keep_one(path: str, media: str) -> None:
    """Keep or refuse one file; print seconds, kilobytes here and in the decoder, and what was said."""
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", MEDIA_ROOT=media)
    import django

    django.setup()
    from django.core.exceptions import ValidationError

    from blog.image_files import checks, conversion, store

    said, begun, worked = "kept", time.perf_counter(), _processor_seconds()
    try:
        with Path(path).open("rb") as data, store.incoming(data) as (copy, key):
            checks.examined(copy, "")
            with store.workshop() as folder:
                conversion.convert(copy, folder, key)
    except ValidationError as error:
        said = error.messages[0]
    seconds, work = time.perf_counter() - begun, _processor_seconds() - worked
    here, there = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{seconds}\t{work}\t{here}\t{there}\t{said}")


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(path: Path) -> tuple[float, float, int, int, str]:
    """Return seconds, seconds of work, kilobytes of the site and of the decoder, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, str(path), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, work, here, there, said = done.stdout.strip().split("\t")
    return float(seconds), float(work), int(here), int(there), said


def files() -> dict[str, bytes]:
    """Return the files to measure."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    from PIL import Image

    django.setup()
    from tests import hostile_pictures as hostile

    photo = Image.effect_noise((5472, 3648), 60).convert("RGB")

    def written(kind: str, **options: object) -> bytes:
        file = io.BytesIO()
        photo.save(file, kind, **options)
        return file.getvalue()

    jpeg = written("JPEG", quality=85)
    smooth = Image.linear_gradient("L").resize((5472, 3648)).convert("RGBA")
    png = io.BytesIO()
    smooth.save(png, "PNG")
    return {
        "20 MP JPEG": jpeg,
        "20 MP JPEG, progressive": written("JPEG", quality=85, progressive=True, subsampling=0),
        "20 MP WebP": written("WEBP", quality=60, method=0),
        "20 MP AVIF": written("AVIF", quality=50, speed=10),
        "20 MP PNG": png.getvalue(),
        "refused: cut JPEG": jpeg[: len(jpeg) // 2],
        "refused: cut PNG": png.getvalue()[:-2000],
        "refused: 900 MP PNG": hostile.png_of_many_pixels(),
        "refused: packed text": hostile.png_with_packed_text(size=1_000_000_000),
        "refused: packed profile": hostile.png_with_packed_text(b"iCCP", 1_000_000_000),
        "refused: many scans": hostile.jpeg_of_many_scans(),
        "refused: 144 MP AVIF that says 0.01": hostile.avif_that_lies(),
        "refused: archive behind 12 MB": jpeg + hostile.zip_of(),
        "refused: SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "refused: 25 MB of nothing": bytes(25 * 1024 * 1024 + 1),
    }


def make(folder: Path) -> None:
    """Write the files into a folder."""
    for number, (name, data) in enumerate(files().items()):
        (folder / f"{number:02} {name}").write_bytes(data)


def main() -> None:
    """Measure each and print a table."""
    print(f"{'file':<36}{'s':>7}{'work, s':>9}{'site, MB':>10}{'decoder, MB':>13}  answer")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # By another process: a child begins with the memory that its parent once had.
        subprocess.run([sys.executable, __file__, "make", name, ""], check=True)
        (folder / "idle").write_bytes(b"nothing")
        idle = measured(folder / "idle")[2]
        for path in sorted(folder.glob("[0-9]*")):
            seconds, work, here, there, said = measured(path)
            extra = max(0, here - idle) / _MEGABYTE
            print(
                f"{path.name[3:]:<36}{seconds:>7.2f}{work:>9.2f}{extra:>10.1f}"
                f"{there / _MEGABYTE:>13.1f}  {said[:40]}"
            )


if __name__ == "__main__":
    os.environ.setdefault("SECRET_KEY", "only-to-measure-pictures-here-0123456789")
    match sys.argv[1:]:
        case ["make", folder, _]:
            make(Path(folder))
        case [path, media]:
            keep_one(path, media)
        case _:
            main()
