"""A small mail server on the loopback, for tests that need a real answer (RFC 5321, no TLS)."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What the server answers to each recipient, and the messages it took.

    `delay` is how many seconds it takes to say that it has one.
    """

    port: int = 0
    answer: str = "250 OK"
    delay: float = 0
    taken: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Serve mail on a free port until the block ends."""
    state = MailServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.state = state
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    state: MailServer


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        # Whoever is killed in the middle says no more, and hears no answer.
        with suppress(ConnectionError):
            self._talk()

    def _talk(self) -> None:
        self._say("220 test")
        for line in iter(self.rfile.readline, b""):
            match line.split(b" ")[0].strip().upper():
                case b"EHLO" | b"HELO":
                    self._say("250 test")
                case b"RCPT":
                    self._say(self.server.state.answer)
                case b"DATA":
                    self._say("354 go on")
                    if not self._take():
                        return
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 OK")

    def _take(self) -> bool:
        """Take a message; not one whose sender was cut off in the middle."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        self.server.state.taken.append(b"".join(lines).decode().replace("\r\n", "\n"))
        time.sleep(self.server.state.delay)
        self._say("250 OK")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
