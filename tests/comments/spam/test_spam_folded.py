"""What lessons teach that come one by one is what all of them teach anew, to the byte."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam.learned.folded import Folded
from comments.spam.learned.lessons import Lesson, fold
from comments.spam.learned.table import PLACES, UNIT, Features, Group

TODAY = 740_000
PLACE = st.integers(0, 40) | st.integers(0, PLACES - 1)
LESSON = st.builds(
    lambda places, scale, is_spam, day: Lesson(
        Features((Group("words", scale, tuple(sorted(places))),)).packed(), is_spam, day
    ),
    st.sets(PLACE, min_size=1, max_size=12),
    st.integers(1, UNIT),
    st.booleans(),
    st.integers(TODAY - 800, TODAY) | st.just(TODAY),
)
LESSONS = st.lists(LESSON, max_size=25).map(
    lambda some: {(n, n): one for n, one in enumerate(some)}
)


@settings(deadline=None)
@given(
    lessons=LESSONS,
    more=st.lists(LESSON, max_size=5),
    gone=st.sets(st.integers(0, 24)),
    days=st.integers(0, 2),
)
def test_changing_some_is_fitting_all_anew(
    lessons: dict[tuple[int, int], Lesson], more: list[Lesson], gone: set[int], days: int
) -> None:
    begun = Folded.none().changed(added=lessons, removed=(), today=TODAY)
    assert begun.weights.as_bytes() == fold(lessons.values(), today=TODAY).as_bytes()
    removed = {key for key in lessons if key[0] in gone}
    added = {(100 + n, n): one for n, one in enumerate(more)}
    now = begun.changed(added=added, removed=removed, today=TODAY + days)
    left = [one for key, one in lessons.items() if key not in removed] + more
    assert now.weights.as_bytes() == fold(left, today=TODAY + days).as_bytes()
    back = now.changed(
        added={key: lessons[key] for key in removed}, removed=set(added), today=TODAY
    )
    assert back.weights.as_bytes() == begun.weights.as_bytes()
