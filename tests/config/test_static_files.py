"""Files under /static/ never change under one address, travel packed, and are named ahead of pages."""

# ruff: noqa: F811 - the names of fixtures are those of parameters

from __future__ import annotations

import gzip
import http.client
import json
import re
from pathlib import Path

import brotli

from tests.config.test_serve import Site, migrated, site, static  # noqa: F401 - fixtures

FOR_EVER = {"public", "immutable"}
PACKED = {"br": brotli.decompress, "gzip": gzip.decompress}
TEXTS = {".css", ".js", ".svg"}


def get(site: Site, path: str, accepted: str = "") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": accepted})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def files(static: Path) -> dict[str, str]:
    """The manifest: the name of each file that a person wrote, and its name with a digest."""
    named: dict[str, str] = json.loads((static / "staticfiles.json").read_text())["paths"]
    return named


def test_what_a_page_names_ahead_is_there_and_is_kept_for_ever(site: Site) -> None:
    site.serve()
    # A site that is not set up has this page in its full dress already.
    answer, page = get(site, "/nowhere/")
    assert answer.status == 404
    named = re.findall(r"<([^>]+)>; rel=preload", answer.headers["Link"])
    assert [path.rpartition(".")[2] for path in named] == ["woff2", "css"]
    for path in named:
        assert f'href="{path}"'.encode() in page
        file, _ = get(site, path)
        assert file.status == 200, path
        assert set(file.headers["Cache-Control"].split(", ")) >= FOR_EVER, path
    (font,) = (path for path in named if path.endswith("woff2"))
    sheet, text = get(site, next(path for path in named if path.endswith("css")))
    assert sheet.headers.get_content_type() == "text/css"
    assert font.encode() in text


def test_texts_are_sent_as_they_were_packed_when_they_were_collected(
    site: Site, static: Path
) -> None:
    site.serve()
    name = files(static)["js/site.js"]
    _, plain = get(site, f"/static/{name}")
    for coding, unpack in PACKED.items():
        answer, body = get(site, f"/static/{name}", coding)
        assert answer.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert unpack(body) == plain
        assert len(body) < len(plain)
    answer, body = get(site, f"/static/{name}", "zstd")
    assert answer.headers["Content-Encoding"] is None
    assert body == plain


def test_each_text_lies_packed_beside_itself_where_that_is_shorter(static: Path) -> None:
    texts = [static / name for name in files(static).values() if Path(name).suffix in TEXTS]
    assert len(texts) > 40
    for path in texts:
        if path.stat().st_size > 1000:
            for ending, unpack in ((".br", brotli.decompress), (".gz", gzip.decompress)):
                packed = path.with_name(path.name + ending)
                assert unpack(packed.read_bytes()) == path.read_bytes()


def test_file_without_digest_in_its_name_is_asked_for_again(site: Site) -> None:
    site.serve()
    answer, _ = get(site, "/static/js/site.js")
    assert answer.status == 200
    assert "immutable" not in answer.headers["Cache-Control"]
    assert get(site, "/static/js/none.js")[0].status == 404
