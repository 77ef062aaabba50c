"""One in twenty of what was decided without a person is shown to one, and only until she has looked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post, Site
from blog.refusal import Refused
from comments import moderation
from comments.desk.sampling import LOOK_WITHIN_DAYS, chance_keys
from comments.draw import ONE_IN, drawn, is_drawn
from comments.models import Comment, Edit
from comments.spam import Assessment, Verdict
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db
SAMPLE = "/admin/comments/comment/?tab=sample"


@pytest.fixture
def scene(post: Post, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Comment]]:
    """Comments that appeared, were called spam, and wait: forty of each, on a site that lets them."""
    Site.objects.update(comment_mode="clean")
    monkeypatch.setattr("comments.trust.is_welcome", lambda _: True)
    made: dict[str, list[Comment]] = {}
    for verdict in Verdict:
        monkeypatch.setattr(
            "comments.moderation.submitting.assess",
            lambda *_, verdict=verdict, **__: Assessment(0.5, verdict, ()),
        )
        made[verdict] = [make_comment(post, body=f"{verdict} {n}") for n in range(40)]
    monkeypatch.undo()
    return made


def found() -> list[int]:
    return chance_keys(Comment.objects.all())


def expected(*made: list[Comment]) -> list[int]:
    return sorted(one.pk for some in made for one in some if is_drawn(one.pk))


def test_drawn_ones_wait_on_the_desk_of_those_who_decide(
    client: Client, scene: dict[str, list[Comment]], moderator: User
) -> None:
    keys = expected(scene["publish"], scene["spam"])
    assert keys == found() != []
    client.force_login(moderator)
    page = client.get(SAMPLE).content.decode()
    assert all(f'id="comment-{pk}"' in page for pk in keys)
    assert not any(f'id="comment-{one.pk}"' in page for one in scene["hold"])


def test_look_is_a_decision_and_undo_takes_it_back(
    client: Client, scene: dict[str, list[Comment]], moderator: User
) -> None:
    keys = found()
    public = next(one for one in scene["publish"] if one.pk in keys)
    client.force_login(moderator)
    sent = {"verb": "approve", f"seen-{public.pk}": 1}
    client.post(f"/admin/comments/comment/{public.pk}/decide/", sent)
    public.refresh_from_db()
    assert (public.state, public.decided_by) == ("approved", moderator.pk)
    assert found() == [pk for pk in keys if pk != public.pk]
    moderation.undo(public, by=moderator, seen=public.revision)
    assert found() == keys


def test_button_to_let_it_stay_is_only_in_the_sample(
    client: Client, scene: dict[str, list[Comment]], moderator: User
) -> None:
    client.force_login(moderator)
    (public, *_) = [one for one in scene["publish"] if is_drawn(one.pk)]
    for tab, has in (("sample", True), ("public", False)):
        page = client.get(f"/admin/comments/comment/?tab={tab}").content.decode()
        card = page.partition(f'id="comment-{public.pk}"')[2].partition("</article>")[0]
        assert ('name="verb" value="approve"' in card) == has, tab


def test_letting_it_stay_keeps_an_edit_that_waits(
    scene: dict[str, list[Comment]], moderator: User
) -> None:
    public = scene["publish"][0]
    moderation.edit(public, "The same, said better.")
    public.refresh_from_db()
    moderation.approve(public, by=moderator, seen=public.revision)
    assert Edit.objects.waiting().get().comment == public


def test_what_a_person_published_is_not_approved_twice(post: Post, moderator: User) -> None:
    comment = moderation.approve(make_comment(post), by=moderator, seen=1)
    with pytest.raises(Refused):
        moderation.approve(comment, by=moderator, seen=comment.revision)


def test_what_is_old_waits_no_longer(scene: dict[str, list[Comment]]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=LOOK_WITHIN_DAYS, minutes=1)):
        assert found() == []


def test_what_came_from_elsewhere_is_not_drawn(post: Post) -> None:
    Comment.objects.bulk_create(
        Comment(post=post, name="Mara", body=f"{n}", body_html="", sanitizer=1, state="approved",
                decided_at=timezone.now())
        for n in range(60)
    )  # fmt: skip
    assert any(is_drawn(pk) for pk in Comment.objects.values_list("pk", flat=True))
    assert found() == []


def test_what_came_from_elsewhere_hides_no_look(
    post: Post, scene: dict[str, list[Comment]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = found()
    # As many imported comments with lower numbers as may wait at once.
    monkeypatch.setattr("comments.desk.sampling.MOST_LOOKS", 2)
    monkeypatch.setattr("comments.person.AT_ONCE", 2)
    imported = [pk for pk in range(-2_000, 0) if is_drawn(pk)][:4]
    Comment.objects.bulk_create(
        Comment(pk=pk, post=post, name="Mara", body=f"{pk}", body_html="", sanitizer=1,
                state="approved", decided_at=timezone.now())
        for pk in imported
    )  # fmt: skip
    assert found() == keys[:2] != []


def test_tab_asks_for_its_sample_once(
    client: Client,
    scene: dict[str, list[Comment]],
    moderator: User,
    django_assert_num_queries: Any,
) -> None:
    client.force_login(moderator)
    client.get(SAMPLE)
    with django_assert_num_queries(20):
        client.get(SAMPLE)


def test_database_draws_as_the_code_does(scene: dict[str, list[Comment]]) -> None:
    keys = Comment.objects.filter(drawn()).order_by("pk").values_list("pk", flat=True)
    assert list(keys) == expected(*scene.values())


@given(st.integers(1, 10**12), st.text(min_size=1, max_size=60))
def test_draw_is_one_in_twenty_anywhere_with_any_key(start: int, key: str) -> None:
    with override_settings(SECRET_KEY=key):
        count = sum(is_drawn(number) for number in range(start, start + 1_000))
    assert abs(count - 1_000 // ONE_IN) <= 10


def test_who_has_another_key_draws_others(settings: Any) -> None:
    drawn_here = [number for number in range(1, 2_000) if is_drawn(number)]
    settings.SECRET_KEY = "another-" * 6
    drawn_there = [number for number in range(1, 2_000) if is_drawn(number)]
    assert len(set(drawn_here) & set(drawn_there)) < len(drawn_here) / 2
