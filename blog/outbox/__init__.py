"""Mail, queued in the transaction of what it tells, and sent by the worker at least once.

A verb calls `send` or `send_digest` and nothing leaves the machine before its transaction has been
committed. The worker calls `send_due`.
"""

from blog.outbox.delivering import LEASE, SENT_DAYS, answer_of, purge, send_due, try_again
from blog.outbox.queue import (
    MAX_ATTEMPTS,
    Failure,
    NotYet,
    last_of,
    number_of,
    register_digest,
    send,
    send_digest,
    send_words,
    unfinished,
)
from blog.outbox.words import HEADERS, Headers, Words, message, one_line, write

__all__ = [
    "HEADERS",
    "LEASE",
    "MAX_ATTEMPTS",
    "SENT_DAYS",
    "Failure",
    "Headers",
    "NotYet",
    "Words",
    "answer_of",
    "last_of",
    "message",
    "number_of",
    "one_line",
    "purge",
    "register_digest",
    "send",
    "send_digest",
    "send_due",
    "send_words",
    "try_again",
    "unfinished",
    "write",
]
