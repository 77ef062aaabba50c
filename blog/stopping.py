"""How a request says that its web process is about to stop."""

from __future__ import annotations

STOPPING = "plainspoken.stopping"
"""Stands in the environ of a request that comes after the notice; no header has such a name."""
