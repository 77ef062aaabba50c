"""What a decision changes, row by row, so that it can be taken back whole."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.apps import apps
from django.db import models

from comments.models import Comment, Decision

Step = dict[str, Any]


class Journal:
    """The rows that one decision changes and makes, in their order.

    A verb writes through it, inside its transaction and while it holds the lock of the comment, and
    calls `keep` before its entry in the record.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._steps: list[Step] = []

    def change(self, row: models.Model, **values: Any) -> None:
        """Set and save these fields of `row`, and remember what they were."""
        self._steps.append(_step(row, {name: _plain(row, name) for name in values}))
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))

    def create(self, row: models.Model) -> None:
        """Save a new row, and remember that it was not there."""
        row.save(force_insert=True)
        self.created(row)

    def remove(self, row: models.Model) -> None:
        """Delete `row`, which nothing refers to, and remember all of it."""
        fields = [field.name for field in row._meta.concrete_fields]
        step = _step(row, {name: _plain(row, name) for name in fields})
        self._steps.append(step | {"removed": True})
        row.delete()

    def created(self, row: models.Model) -> None:
        """Remember that `row`, which somebody else saved in this transaction, was not there."""
        self._steps.append(_step(row, None))

    def keep(self, comment: Comment, verb: str, *, actor: int, group: uuid.UUID | None) -> Decision:
        """Store the way back. Nobody but the account `actor` may take it."""
        return Decision.objects.create(
            comment=comment,
            verb=verb,
            actor=actor,
            revision=comment.revision,
            group=group or uuid.uuid4(),
            steps=self._steps,
        )


def comments_made(decision: Decision) -> list[int]:
    """Return the numbers of the comments that the decision made."""
    label = Comment._meta.label_lower
    made = (step for step in decision.steps if step["before"] is None)
    return [step["key"] for step in made if step["row"] == label]


def take_back(decision: Decision) -> list[int]:
    """Let every row be as it was before the decision, the last change first. Call it under the lock.

    A row that has gone meanwhile stays gone.

    Returns:
        The numbers of the comments that the decision had made, and that are gone now.
    """
    gone = []
    for step in reversed(decision.steps):
        model = apps.get_model(step["row"])
        found = model._default_manager.filter(pk=step["key"])
        if step["before"] is None:
            found.delete()
            if model is Comment:
                gone.append(step["key"])
            continue
        values = _values(model, step["before"])
        if step.get("removed"):
            model(**values).save(force_insert=True)
        else:
            found.update(**values)
    return gone


def _values(model: type[models.Model], plain: dict[str, Any]) -> dict[str, Any]:
    """Return the values of columns by their names, as they were before they became JSON."""
    fields = {name: cast(models.Field, model._meta.get_field(name)) for name in plain}
    return {
        fields[name].attname: None if value is None else fields[name].to_python(value)
        for name, value in plain.items()
    }


def _step(row: models.Model, before: dict[str, Any] | None) -> Step:
    return {"row": row._meta.label_lower, "key": row.pk, "before": before}


def _plain(row: models.Model, name: str) -> Any:
    """Return the value of a field as JSON; text, for what JSON does not know."""
    field = cast(models.Field, row._meta.get_field(name))
    value = field.value_from_object(row)
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return value
    return field.value_to_string(row)
