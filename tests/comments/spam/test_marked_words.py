"""The script that marks words cuts them where the filter does, or it would not find the long ones."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from comments.spam.learned.pieces import words_in


def test_script_and_filter_cut_words_at_the_same_letter() -> None:
    script = Path(settings.BASE_DIR, "static", "js", "desk-words.js").read_text("utf-8")
    (longest,) = re.findall(r"^const LONGEST = (\d+);$", script, re.MULTILINE)
    assert words_in("a" * 100) == ("a" * int(longest),)
