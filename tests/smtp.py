"""A small mail server on the loopback, for tests that need a real answer (RFC 5321, no TLS)."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What the server answers to each recipient, and the messages it took."""

    port: int = 0
    answer: str = "250 OK"
    taken: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Serve mail on a free port until the block ends."""
    state = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            for line in iter(self.rfile.readline, b""):
                match line.split(b" ")[0].strip().upper():
                    case b"EHLO" | b"HELO":
                        self._say("250 test")
                    case b"RCPT":
                        self._say(state.answer)
                    case b"DATA":
                        self._say("354 go on")
                        state.taken.append(self._message())
                        self._say("250 OK")
                    case b"QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 OK")

        def _message(self) -> str:
            lines = iter(self.rfile.readline, b".\r\n")
            return b"".join(lines).decode().replace("\r\n", "\n")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
