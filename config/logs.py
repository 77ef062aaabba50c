"""Log lines: one JSON object each, safe to keep."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# The addresses that are themselves the right to see something.
_SECRET_PATHS = re.compile(
    r"(/comments/(?:mine|decide|confirm|mail)/|/subscribe/(?:confirm|mine)/|/setup/|/admin/reset/[^/]+/|/admin/preview/)[^\s?\"']+"
)


def without_secrets(text: str) -> str:
    """Return `text` with the token of every private address replaced by `…`."""
    return _SECRET_PATHS.sub(r"\1…", text)


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON: time, level, logger, message, and a traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; line feeds and control characters are escaped by JSON itself."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)
