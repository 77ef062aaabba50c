"""Reviewing: who must sign a version, and what each of them decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import roles
from blog.models import Approval, Post, Review, Site, Version
from blog.models.review import Decision
from blog.refusal import Refused
from blog.workflow import telling
from blog.workflow.correcting import kind_of_change
from blog.workflow.writing import locked, render, require, subject
from ledger.record import Actor, record

_ROLES_IN_WORDS = {
    f"role:{roles.CEO}": gettext_lazy("the CEO"),
    f"role:{roles.COUNSEL}": gettext_lazy("counsel"),
}


def needed_signatures(version: Version) -> list[str]:
    """Return whose signatures `version` needs: of the person in the byline, and of counsel if `Site` says so.

    The person is named by the account that her byline has now: linking the byline to another account
    later does not hand that one her signature. The CEO vouches for a guest without an account.
    """
    owner = version.author.user
    first = own_signature(owner) if owner and owner.is_active else f"role:{roles.CEO}"
    return [first, f"role:{roles.COUNSEL}"] if Site.current().needs_counsel else [first]


def own_signature(user: User) -> str:
    """Return what a review calls the signature that only this account can give."""
    return f"user:{user.pk}"


def signatures_of(user: User) -> frozenset[str]:
    """Return the signatures that an account may give: its own, and those of its roles. One query."""
    if not user.is_active:
        return frozenset()
    names = user.groups.values_list("name", flat=True)
    return frozenset({own_signature(user), *(f"role:{name}" for name in names)})


def in_words(signatures: Iterable[str]) -> dict[str, str]:
    """Return the words after “Waiting for” by signature: a name, or a role. At most one query."""
    accounts = {s: int(s.removeprefix("user:")) for s in signatures if s.startswith("user:")}
    users = User.objects.in_bulk(accounts.values()) if accounts else {}
    roles_in_words = {role: str(words) for role, words in _ROLES_IN_WORDS.items()}
    return roles_in_words | {s: _name(users.get(pk)) for s, pk in accounts.items()}


def _name(user: User | None) -> str:
    if user is None:
        return _("somebody whose account is gone")
    return user.get_full_name() or user.get_username()


def latest_review(version: Version) -> Review | None:
    """Return the newest review of `version` in its newest rendering, with its decisions."""
    return (
        version.reviews.select_related("version", "rendering").prefetch_related("approvals").first()
    )


def _may_sign_what_she_saved(review: Review, user: User) -> bool:
    """Whether `user` may sign although she was the last to edit: her own words, or working alone."""
    if review.version.saved_by != user.pk or own_signature(user) in review.needs:
        return True
    return roles.is_solo(user)


@transaction.atomic
def submit(post: Post, *, by: User, channel: str = "admin") -> Review:
    """Ask for the signatures that the newest version of `post` needs, and return the open review.

    Raises:
        Refused: when the account may not write, when there are no words, or when a public post is
            changed by more than a typo and nothing tells readers what.
    """
    require(
        by,
        "change_post",
        _("Your account may not ask for approval. Ask an administrator for the role."),
    )
    post = locked(post)
    version = newest(post)
    kind_of_change(post, version)
    review = latest_review(version)
    if review and review.needs == needed_signatures(version) and not _was_turned_down(review):
        return review
    return _open_review(version, Actor.of(by, channel=channel))


def approve(review: Review, *, by: User, note: str = "", channel: str = "admin") -> Approval:
    """Sign: this version, in this rendering, may go out.

    Gives the first missing signature that `by` may give. An account gives one signature of a review,
    whatever roles it has: four eyes are two people.

    Raises:
        Refused: when nothing is left for `by` to sign, the words have moved on, or the signer was the
            last to edit words that are not her own.
    """
    return _decide(review, Decision.APPROVED, by, note, channel)


def request_changes(review: Review, *, by: User, note: str, channel: str = "admin") -> Approval:
    """Send the version back with a note that says what to change."""
    if not note.strip():
        raise Refused(_("Say in a few words what should change."))
    return _decide(review, Decision.CHANGES, by, note, channel)


def revoke(review: Review, *, by: User, note: str, channel: str = "admin") -> Approval:
    """Take a signature back; refused while the post is scheduled or published."""
    if not note.strip():
        raise Refused(_("Say in a few words why the approval is taken back."))
    return _decide(review, Decision.REVOKED, by, note, channel)


@transaction.atomic
def propose_rendering(post: Post) -> bool:
    """Ask for signatures on today's HTML of what readers see, and return whether it differs.

    The HTML that was signed stays live meanwhile. Newer words, if there are any, bring today's HTML
    with them and need no proposal.
    """
    post = locked(post)
    version = post.latest_version
    if version is None or version.redacted_at or version.pk != post.live_version_id:
        return False
    rendering = render(version)
    signed = post.live_rendering
    review = latest_review(version)
    if signed is None or rendering.html_hash == signed.html_hash:
        return False
    if review is None or review.rendering != rendering:
        _open_review(version, Actor.system("command"))
    return True


def _was_turned_down(review: Review) -> bool:
    return any(
        approval.decision != Decision.APPROVED for approval in review.latest_decisions().values()
    )


def newest(post: Post) -> Version:
    """Return the newest version of `post`, or refuse when there are no words to sign."""
    version = post.latest_version
    if version is None:
        raise Refused(_("There is no text yet."))
    if version.redacted_at:
        raise Refused(_("The words of this version are blanked. Write a new one."))
    return version


def _open_review(version: Version, actor: Actor) -> Review:
    review = Review.objects.create(
        version=version,
        rendering=render(version),
        needs=needed_signatures(version),
        opened_at=timezone.now(),
        opened_by=actor.id,
        opened_by_label=actor.label,
    )
    facts = {
        "review": review.pk,
        "version": version.number,
        "content": version.content_hash,
        "html": review.rendering.html_hash,
        "needs": review.needs,
    }
    telling.ask(review, but=actor.id)
    record("submit", subject(version.post), by=actor, facts=facts)
    return review


def open_to(review: Review, user: User, own: frozenset[str]) -> str | None:
    """Return the missing signature that `user`, to whom `own` belong, may give now."""
    given = review.given()
    if user.pk in given.values():
        return None
    return next((need for need in review.needs if need in own and need not in given), None)


def _signature_for(review: Review, decision: Decision, user: User) -> str | None:
    """Return the signature on which `user` may make this decision now; one she gave goes first."""
    own = signatures_of(user)
    if decision == Decision.APPROVED:
        return open_to(review, user, own)
    given = review.given()
    mine = [need for need in review.needs if need in own]
    if decision == Decision.REVOKED:
        mine = [need for need in mine if need in given]
    return min(mine, key=lambda need: given.get(need) != user.pk, default=None)


def _check_decision(review: Review, post: Post, decision: Decision, user: User) -> str:
    """Return the signature that the decision is about, or refuse."""
    version = review.version
    if decision == Decision.APPROVED and (
        post.latest_version != version or latest_review(version) != review
    ):
        raise Refused(_("The text has changed since. Please read the newest one and sign that."))
    if decision != Decision.APPROVED and post.is_live and post.live_version_id == version.pk:
        raise Refused(_("Readers see this text now. Take the post back first."))
    signature = _signature_for(review, decision, user)
    if signature is None:
        raise Refused(_no_signature(review, decision, user))
    if decision == Decision.APPROVED and not _may_sign_what_she_saved(review, user):
        raise Refused(_("You were the last to edit this text. Somebody else must sign it."))
    return signature


def _no_signature(review: Review, decision: Decision, user: User) -> str:
    has_signed = user.pk in review.given().values()
    wears_two_hats = not signatures_of(user).isdisjoint(review.missing())
    if decision == Decision.APPROVED and has_signed and wears_two_hats:
        return _("You have signed this text. Somebody else must give the other signature.")
    return _("There is no signature here that your account could give or take back now.")


@transaction.atomic
def _decide(review: Review, decision: Decision, by: User, note: str, channel: str) -> Approval:
    post = locked(review.version.post)
    review = Review.objects.select_related("version", "rendering").get(pk=review.pk)
    actor = Actor.of(by, channel=channel)
    signature = _check_decision(review, post, decision, by)
    return _sign(review, signature, decision, by, actor, note)


def _tell(review: Review, decision: Decision, user: User) -> None:
    """Tell whoever goes on from here."""
    if decision != Decision.APPROVED:
        telling.turn_down(review, but=user.pk)
    elif Review.objects.prefetch_related("approvals").get(pk=review.pk).is_complete:
        telling.complete(review, but=user.pk)


def _sign(
    review: Review, signature: str, decision: Decision, user: User, actor: Actor, note: str
) -> Approval:
    """Write one decision and its row in the record, which names it by the same key."""
    approval = Approval.objects.create(
        review=review,
        signature=signature,
        decision=decision,
        note=note.strip(),
        at=timezone.now(),
        by=user.pk,
        by_label=actor.label,
        record=uuid.uuid4(),
    )
    _tell(review, decision, user)
    facts = {
        "approval": approval.pk,
        "review": review.pk,
        "signature": signature,
        "version": review.version.number,
        "content": review.version.content_hash,
        "html": review.rendering.html_hash,
    }
    record(decision.value, subject(review.version.post), by=actor, facts=facts, key=approval.record)
    return approval
