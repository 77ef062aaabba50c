"""The peer that only answers: one WSGI function with the bytes and the headers of a page, on our server.

What it costs is the price of the server; what ours costs more is the price of the store.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HEAD, _BODY = Path(os.environ["HEAD"]), Path(os.environ["BODY"])
_headers = [(name, value) for name, value in json.loads(_HEAD.read_text("utf-8")).items()]
_body = _BODY.read_bytes()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer whatever is asked."""
    start_response("200 OK", _headers)
    return [_body]
