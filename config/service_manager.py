"""What systemd hears of us, when it is what started us (sd_notify(3))."""

from __future__ import annotations

import os
import socket

READY = "READY=1"
STOPPING = "STOPPING=1"


def tell(state: str) -> None:
    """Send `READY` or `STOPPING`; without a service manager that listens, nothing.

    Raises:
        OSError: when its socket cannot be reached, since it would wait for us for ever.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A name in no file system begins with a NUL, which no environment can hold.
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(state.encode(), address)
