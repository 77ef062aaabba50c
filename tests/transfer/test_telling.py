"""What a terminal shows of a summary: short enough to be read, and nothing without its number."""

from __future__ import annotations

from transfer.summary import Summary


def told(summary: Summary, **how: bool) -> list[str]:
    """Return the lines behind the numbers."""
    shown = list(summary.lines(**how))
    return shown[shown.index("Skipped:") + 1 :]


def test_equal_reasons_become_one_line_with_their_number():
    summary = Summary()
    for name in ("Home", "", "About", "Help", "Team"):
        summary.skip("menu item", name, "menus are made anew here")
    summary.skip("file", "talk.mp3", "texts link to it")
    assert told(summary) == [
        "  5 menu items: menus are made anew here (Home, About, Help and 2 more)",
        "  file: talk.mp3: texts link to it",
    ]


def test_few_equal_reasons_name_all_things():
    summary = Summary()
    for name in ("Home", "About", "Help"):
        summary.skip("menu item", name, "menus are made anew here")
    assert told(summary) == ["  3 menu items: menus are made anew here (Home, About, Help)"]


def test_notes_stay_with_their_titles():
    summary = Summary()
    summary.skip("file", "talk.mp3", "texts link to it")
    for number in range(3):
        summary.note(f"Post {number}", "It has no text.")
    assert told(summary)[-1] == "  Post 2: It has no text."


def test_long_list_is_cut_and_says_how_to_see_the_rest():
    summary = Summary()
    for number in range(1200):
        summary.skip("file", f"{number}", f"reason {number}")
    shown = told(summary)
    assert len(shown) == 21
    assert shown[-1] == "  and 1,180 more; --verbosity 2 shows more"


def test_whole_summary_puts_nothing_together():
    summary = Summary()
    for number in range(1200):
        summary.skip("file", f"{number}", "texts link to it")
    shown = told(summary, whole=True)
    assert len(shown) == 1001
    assert shown[0] == "  file: 0: texts link to it"
    assert shown[-1] == "  and 200 more"
