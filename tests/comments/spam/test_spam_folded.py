"""The running sum of lessons is what adding all of them up anew gives, to the byte."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam.learned.folded import Folded
from comments.spam.learned.lessons import DAY, WHOLE, Lesson, fold
from comments.spam.learned.table import PLACES, UNIT, Features, Group

TODAY = 740_000
PLACE = st.integers(0, 40) | st.integers(0, PLACES - 1)
LESSON = st.builds(
    lambda places, scale, error, day: Lesson(
        Features((Group("words", scale, tuple(sorted(places))),)).packed(), error, day
    ),
    st.sets(PLACE, min_size=1, max_size=12),
    st.integers(1, UNIT),
    st.integers(-WHOLE, WHOLE),
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
def test_changing_the_sum_is_adding_up_anew(
    lessons: dict[tuple[int, int], Lesson], more: list[Lesson], gone: set[int], days: int
) -> None:
    begun = Folded.of(lessons, today=TODAY)
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


def test_angry_day_counts_no_more_than_its_bound() -> None:
    # Of scale 1, so that no place reaches the bound of its own.
    features = Features((Group("words", 1, (7,)),)).packed()
    bound = fold([Lesson(features, DAY, TODAY)], today=TODAY)
    angry = {(n, n): Lesson(features, WHOLE, TODAY) for n in range(1_000)}
    assert Folded.of(angry, today=TODAY).weights.as_bytes() == bound.as_bytes()
