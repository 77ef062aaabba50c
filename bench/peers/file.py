"""The peer that serves one folder of files from Python: WhiteNoise, on the server that ours runs on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from whitenoise import WhiteNoise


def _nothing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Length", "0")])
    return []


application = WhiteNoise(_nothing, root=os.environ["FILES"])
