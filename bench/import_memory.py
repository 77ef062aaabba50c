"""What a large WordPress export costs to import: memory and time, in a process of its own.

    python bench/import_memory.py [MEGABYTES] [--store]

Makes an export of so many megabytes (100) with posts of about 10 kB, pictures and comments in threads,
and gives it to `manage.py import_wordpress` on an empty database: as a dry run, or with --store really.
Prints one line; ends with 1 when more memory was used than the limit. The peer reads the same file with
the parser of the standard library, and throws away what it read.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 300
"""MB of resident memory at most, for any size of file."""

WORDS = "The river rose two metres, and the floor did not; <em>nobody</em> lost a shoe over it. "


def parts(size: int) -> Iterator[str]:
    """Yield an export of about `size` bytes, item by item."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
        "<channel><title>Large</title><wp:wxr_version>1.2</wp:wxr_version>"
        "<wp:base_blog_url>https://old.example</wp:base_blog_url>\n"
    )
    written = number = 0
    while written < size:
        number += 1
        text = item(number)
        written += len(text)
        yield text
    yield "</channel></rss>\n"


def item(number: int) -> str:
    """Return a post with comments, or for every fifth number a picture."""
    is_file = number % 5 == 0
    picture = f"https://old.example/wp-content/uploads/2014/05/{number}.jpg"
    body = "" if is_file else f'<img src="{picture}" alt="">\n\n' + (WORDS * 12 + "\n\n") * 9
    said = "" if is_file else "".join(comment(number * 10 + n, n) for n in range(3))
    file = f"<wp:attachment_url>{picture}</wp:attachment_url>" if is_file else ""
    return (
        f"<item><title>Post {number}</title><link>https://old.example/2014/05/post-{number}/</link>"
        f"<dc:creator>dana</dc:creator><content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2014-05-01 10:00:00</wp:post_date_gmt>"
        f"<wp:post_name>post-{number}</wp:post_name><wp:status>publish</wp:status>{file}"
        f"<wp:post_type>{'attachment' if is_file else 'post'}</wp:post_type>"
        f'<category domain="category" nicename="t{number % 40}"><![CDATA[T{number % 40}]]></category>'
        f"{said}</item>\n"
    )


def comment(number: int, place: int) -> str:
    """Return a comment that answers the one before it."""
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author>Reader {number}</wp:comment_author>"
        "<wp:comment_date_gmt>2014-05-02 10:00:00</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[Thought {number}: {WORDS}]]></wp:comment_content>"
        "<wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_parent>{number - 1 if place else 0}</wp:comment_parent></wp:comment>"
    )


def seconds_to_parse(path: Path) -> float:
    """Take the file apart, item by item, and keep nothing."""
    begun = time.monotonic()
    for _, element in ElementTree.iterparse(path):
        if element.tag in {"item", "channel"}:
            element.clear()
    return time.monotonic() - begun


def main() -> int:
    """Make the file, import it, print what it cost."""
    numbers = [one for one in sys.argv[1:] if one.isdecimal()]
    megabytes = int(numbers[0]) if numbers else 100
    how = [] if "--store" in sys.argv else ["--dry-run"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.xml")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(parts(megabytes * 1_000_000))
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
            "SITE_URL": "http://localhost:8000",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, check=True)
        begun = time.monotonic()
        command = [*manage, "import_wordpress", str(path), *how]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - begun
        # After the measuring: this process is none of those whose memory counts.
        bare = seconds_to_parse(path)
    # Kilobytes on Linux, of the largest of the two processes; the migration needs less.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    told = "dry run" if how else "stored"
    print(
        f"{megabytes} MB, {told}: {memory:.0f} MB of memory (limit {LIMIT}), {seconds:.0f} s,"
        f" {seconds / bare:.1f} times a bare parse ({bare:.2f} s)"
    )
    return int(memory > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
