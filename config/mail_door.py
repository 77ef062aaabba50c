"""The door for mail: LMTP (RFC 2033) and SMTP, on this machine only, for the mail server to knock at.

The mail server keeps a mail until it hears 250, which is said once the commit is done; what is killed in
between comes again, and makes no second draft. A mail has one recipient here, so there is one answer.
"""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.conf import settings
from django.db import DatabaseError, connections

from blog.incoming.proof import TryLater
from blog.refusal import Refused
from config import mail_in
from config.env import DoorAddress

MOST_AT_ONCE = 4
"""Mails that are taken in at the same time. Others wait before they are sent, where they cost nothing."""

STOPS_WITHIN = 25.0
"""Seconds for which a stop waits for the mails that are under way."""

_NO_SUCH_ADDRESS = "550 5.1.1 Nothing is taken at this address."
_ONE_AT_A_TIME = "452 4.5.3 One recipient at a time, please."
_STOPPING = "421 4.3.2 Closing. Please try again later."
_BUSY = "451 4.3.0 The site is busy. Please try again later."
_BROKEN = "451 4.3.0 Something broke on our side. Please try again later."

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class MailDoor:
    """Answers mail servers until `stop` is called; its methods named `handle_…` are those of aiosmtpd."""

    def __init__(self, address: DoorAddress) -> None:
        """Open nothing yet."""
        self.address = address
        self.is_stopping = False
        self.under_way = 0
        self.free = asyncio.Semaphore(MOST_AT_ONCE)
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="mail")
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Take no new mail, finish what is under way, and end `serve`."""
        self.is_stopping = True
        self._stopped.set()

    async def serve(self, *, opened: Callable[[str], object] = lambda where: None) -> None:
        """Listen until `stop`.

        Args:
            opened: is told where, once mail can come.

        Raises:
            OSError: the address is taken, or may not be opened.
        """
        server = await self._listening()
        try:
            opened(str(self.address))
            await self._stopped.wait()
            server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_answered(), STOPS_WITHIN)
        finally:
            server.close()
            self._threads.shutdown(wait=False, cancel_futures=True)
            if self.address.path:
                Path(self.address.path).unlink(missing_ok=True)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whether mail to this address is taken."""
        if self.is_stopping:
            return _STOPPING
        if envelope.rcpt_tos:
            return _ONE_AT_A_TIME
        try:
            is_ours = await self._in_thread(lambda: mail_in.is_ours(address))
        except DatabaseError as error:
            logger.warning("A mail could not be taken now: %s", error)
            return _BUSY
        if not is_ours:
            return _NO_SUCH_ADDRESS
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, and answer what became of it."""
        raw, to = bytes(envelope.original_content or b""), list(envelope.rcpt_tos)
        return await self._in_thread(lambda: _answer(raw, to))

    async def handle_exception(self, error: Exception) -> str:
        """Answer a fault of ours, in whatever command it happened: the mail stays where it is."""
        logger.error("The door for mail failed", exc_info=error)
        return _BROKEN

    async def _listening(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()

        def factory() -> _Conversation:
            return _Conversation(self, loop)

        if not self.address.path:
            return await loop.create_server(factory, self.address.host, self.address.port)
        server = await loop.create_unix_server(factory, self.address.path)
        # Its folder says who may come in.
        Path(self.address.path).chmod(0o666)
        return server

    async def _all_answered(self) -> None:
        while self.under_way:
            await asyncio.sleep(0.02)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _with_own_connection, work)


class _Conversation(SMTP):
    """One connection. LHLO and EHLO are both good, since a mail has one recipient and one answer."""

    def __init__(self, door: MailDoor, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            door,
            data_size_limit=mail_in.MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.SITE_HOST,
            ident="ready",
            loop=loop,
        )
        self._door = door

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - named by aiosmtpd
        """Greet as LMTP does."""
        await self.smtp_EHLO(arg)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - named by aiosmtpd
        """Let the mail come when there is room for it."""
        async with self._door.free:
            self._door.under_way += 1
            try:
                await super().smtp_DATA(arg)
            finally:
                self._door.under_way -= 1


def _with_own_connection(work: Callable[[], Answer]) -> Answer:
    """Run `work` in a thread that keeps no connection to the database afterwards."""
    try:
        return work()
    finally:
        connections.close_all()


def _answer(raw: bytes, envelope: list[str]) -> str:
    """Take a mail and say so in the words of a mail server (RFC 5321, RFC 3463)."""
    try:
        taken = mail_in.take(raw, envelope=envelope)
    except Refused as refusal:
        return f"550 5.7.1 {_plain(str(refusal))}"
    except (TryLater, DatabaseError) as error:
        logger.warning("A mail could not be taken now: %s", error)
        return _BUSY
    except Exception:
        logger.exception("A mail could not be taken")
        return _BROKEN
    return f"250 2.0.0 {taken}"


def _plain(sentence: str) -> str:
    """Return a sentence on one line of at most 400 ASCII characters, as an old mail server takes it."""
    quoted = sentence.translate(str.maketrans("“”‘’–—…", "\"\"''--."))
    bare = unicodedata.normalize("NFKD", quoted).encode("ascii", "ignore").decode()
    return " ".join(bare.split())[:400]


def listen(address: DoorAddress, *, until: Callable[[MailDoor], Any], opened: Any) -> None:
    """Serve at `address` in this thread.

    Args:
        until: is given the door before it opens, to arrange for its end.
        opened: as in `MailDoor.serve`.
    """

    async def run() -> None:
        door = MailDoor(address)
        until(door)
        await door.serve(opened=opened)

    asyncio.run(run())
