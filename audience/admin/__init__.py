"""The numbers in the newsroom."""

from audience.admin.numbers import NumbersAdmin

__all__ = ["NumbersAdmin"]
