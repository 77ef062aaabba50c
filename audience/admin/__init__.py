"""The numbers in the newsroom."""

from audience.admin.minute import MinuteAdmin
from audience.admin.numbers import NumbersAdmin

__all__ = ["MinuteAdmin", "NumbersAdmin"]
