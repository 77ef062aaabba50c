"""Counts of reads, the marks of one day, and what the Monday minute needs to know."""

from audience.models.minute import Minute, MinuteChoice
from audience.models.reads import Mark, Reads, ReadsQuerySet

__all__ = ["Mark", "Minute", "MinuteChoice", "Reads", "ReadsQuerySet"]
