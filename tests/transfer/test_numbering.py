"""Names that would be alike get numbers, each once, however many there are."""

from __future__ import annotations

from transfer.numbering import Numbering


def test_the_next_free_number_is_given():
    taken = {"plan", "plan-2", "plan-3"}
    assert Numbering().free("plan", taken.__contains__) == "plan-4"


def test_thousands_of_one_name_are_asked_for_once_each():
    asked: list[str] = []
    taken: set[str] = set()

    def is_taken(name: str) -> bool:
        asked.append(name)
        return name in taken

    numbering = Numbering()
    for _ in range(5000):
        taken.add(numbering.free("topic", is_taken))
    assert len(taken) == len(asked) == 5000


def test_after_forgetting_it_counts_from_the_beginning():
    numbering = Numbering()
    numbering.free("plan", lambda name: False)
    numbering.forget()
    assert numbering.free("plan", lambda name: False) == "plan-2"
