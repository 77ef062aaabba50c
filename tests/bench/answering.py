"""A server for the tests of the load: some pages, a tag, and two kinds of trouble."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

BODY = b"x" * 300_000
TAG = '"one"'


class Pages(BaseHTTPRequestHandler):
    """Answers all but /missing with many parts, /tagged with a tag, and breaks /broken off."""

    protocol_version = "HTTP/1.1"
    served = 0
    received: list[bytes] = []

    def do_GET(self) -> None:
        """Answer, with the body unless only the head is asked for."""
        type(self).served += 1
        if self.headers["If-None-Match"] == TAG:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        if self.path == "/tagged":
            self.send_header("ETag", TAG)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(BODY[:10] if self.path == "/broken" else BODY)
        self.close_connection = self.path == "/broken"

    def do_POST(self) -> None:
        """Thank for what came."""
        type(self).received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(303)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Say nothing."""
