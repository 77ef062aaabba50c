"""The joined style sheet and its address."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.template import Context, Template
from django.test import Client

from blog import stylesheet

LIMIT = 10_000  # bytes, compressed
LAYERS = "@layer tokens, reset, base, layout, components, utilities;"


def sheet_text() -> str:
    return stylesheet.current().encodings["identity"].decode()


def address() -> str:
    return Template("{% load stylesheet %}{% stylesheet_url %}").render(Context())


def get(client: Client, path: str, accepted: str = ""):
    return client.get(path, headers={"accept-encoding": accepted})


def test_layers_are_declared_first_and_nothing_is_left_to_import():
    assert sheet_text().startswith(LAYERS)
    assert "@import" not in sheet_text()


def test_every_component_file_is_in_the_sheet(settings):
    parts = Path(settings.STATICFILES_DIRS[0], "css/parts").glob("*.css")
    source = Path(settings.STATICFILES_DIRS[0], "css/site.css").read_text()
    assert sorted(re.findall(r"parts/[a-z-]+\.css", source)) == sorted(
        f"parts/{p.name}" for p in parts
    )


def test_braces_are_balanced_and_comments_gone():
    assert sheet_text().count("{") == sheet_text().count("}")
    assert "/*" not in sheet_text()


def test_fonts_have_absolute_addresses():
    addresses = re.findall(r'url\("([^"]+)"\)', sheet_text())
    assert addresses
    assert all(address.startswith("/static/fonts/") for address in addresses)


def test_compressed_sheet_is_small():
    assert len(stylesheet.current().encodings["br"]) <= LIMIT
    assert len(stylesheet.current().encodings["gzip"]) <= LIMIT


def test_browser_gets_the_sheet_and_may_keep_it_for_ever(client):
    response = get(client, address())
    assert response.status_code == 200
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.has_header("Content-Encoding")
    assert response.content.decode() == sheet_text()


@pytest.mark.parametrize(
    ("accepted", "coding", "decompress"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0", "gzip", gzip.decompress),
        ("GZIP", "gzip", gzip.decompress),
    ],
)
def test_sheet_comes_in_the_best_coding_accepted(client, accepted, coding, decompress):
    response = get(client, address(), accepted)
    assert response["Content-Encoding"] == coding
    assert decompress(response.content).decode() == sheet_text()


def test_page_stored_before_an_update_is_still_dressed(client):
    response = get(client, "/site.0123456789ab.css")
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, no-cache"
    assert response.content.decode() == sheet_text()


def test_sheet_cannot_be_posted_to(client):
    assert client.post(address()).status_code == 405


def test_change_of_a_part_changes_the_address(settings, tmp_path):
    settings.DEBUG = True
    settings.STATICFILES_DIRS = [tmp_path]
    css = tmp_path / "css"
    css.mkdir()
    (css / "site.css").write_text('@layer base;\n@import url("a.css") layer(base);\n')
    (css / "a.css").write_text("a { color: red }")
    before = stylesheet.current()
    (css / "a.css").write_text("a { color: blue }")
    after = stylesheet.current()
    assert after.encodings["identity"] == b"@layer base; @layer base{a { color: blue }}"
    assert before.digest != after.digest


def test_missing_part_is_named(settings, tmp_path):
    settings.DEBUG = True
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "css").mkdir()
    (tmp_path / "css/site.css").write_text('@import url("gone.css") layer(base);')
    with pytest.raises(FileNotFoundError, match=r"css/gone\.css"):
        stylesheet.current()
