"""The blocklist: who may decide about comments adds, changes and removes its rules, on the record.

The record holds keyed digests of values: a plain digest of an IP address is found out in a second.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from blog.refusal import Refused
from comments.blocklist import normalised
from comments.models import Block
from comments.rights import require
from comments.spam.facts import Blocked
from ledger.record import Actor, record

_TAKEN = gettext_lazy("This is on the list already.")


def block(
    kind: str,
    value: str,
    *,
    by: User,
    effect: str = Block.Effect.HOLD,
    note: str = "",
    until: datetime | None = None,
    channel: str = "admin",
) -> Block:
    """Put a rule on the blocklist, from now on and for ever unless `until` says otherwise.

    Raises:
        Refused: when the account may not decide, when the value is no rule, or is there already.
    """
    rule = Block(kind=kind, effect=effect, note=note, expires_at=until)
    return _saved(rule, value, "block_add", by=by, channel=channel)


def change_block(
    rule: Block,
    *,
    kind: str,
    value: str,
    effect: str,
    note: str,
    until: datetime | None,
    by: User,
    channel: str = "admin",
) -> Block:
    """Change a rule; its hits stay. Raises as `block` does."""
    if not Block.objects.filter(pk=rule.pk).exists():
        raise Refused(gettext("Somebody has taken this off the list meanwhile."))
    rule.kind, rule.effect, rule.note, rule.expires_at = kind, effect, note, until
    return _saved(rule, value, "block_change", by=by, channel=channel)


def unblock(rule: Block, *, by: User, channel: str = "admin") -> None:
    """Take a rule off the list; one that is gone already is left at that.

    Raises:
        Refused: when the account may not decide.
    """
    require(by)
    facts, subject = _facts(rule), f"comments.block:{rule.pk}"
    with transaction.atomic():
        count, _ = Block.objects.filter(pk=rule.pk).delete()
        if count:
            record("block_remove", subject, by=Actor.of(by, channel=channel), facts=facts)


def count_hits(blocked: Iterable[Blocked]) -> None:
    """Count once for each rule that it caught a comment, in the transaction that stores this."""
    rules = sorted({one.rule for one in blocked if one.is_finished})
    if rules:
        # In the order of their keys, so that two comments at once never wait for each other.
        locked = Block.objects.filter(pk__in=rules).order_by("pk").select_for_update(no_key=True)
        found = list(locked.values_list("pk", flat=True))
        Block.objects.filter(pk__in=found).update(hits=F("hits") + 1, last_hit_at=timezone.now())


def _saved(rule: Block, value: str, verb: str, *, by: User, channel: str) -> Block:
    require(by)
    try:
        rule.value = normalised(rule.kind, value)
    except ValueError as error:
        raise Refused(str(error)) from error
    try:
        with transaction.atomic():
            _write(rule)
            record(verb, rule, by=Actor.of(by, channel=channel), facts=_facts(rule))
    except IntegrityError as error:
        same = Block.objects.filter(kind=rule.kind, value=rule.value).exclude(pk=rule.pk)
        if same.exists():
            raise Refused(_TAKEN) from error
        raise
    return rule


def _write(rule: Block) -> None:
    if rule._state.adding:
        rule.save(force_insert=True)
    else:
        # The counters belong to those who send comments.
        rule.save(update_fields=["kind", "value", "effect", "note", "expires_at"])


def _facts(rule: Block) -> dict[str, object]:
    value = f"block:{rule.kind}:{rule.value}".encode()
    return {
        "kind": rule.kind,
        "value": hmac.new(settings.NETWORK_KEY.encode(), value, hashlib.sha256).hexdigest(),
        "effect": rule.effect,
        "until": rule.expires_at.isoformat() if rule.expires_at else "",
    }
