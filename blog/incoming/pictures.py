"""The pictures of a mail on their way into the library: what cannot be taken costs the others nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import images
from blog.incoming.contents import MOST_PICTURES, Sent
from blog.models import Image
from ledger.record import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


TROUBLE = _("It could not be kept just now. Add it in the newsroom.")
TOO_MANY = format_lazy(
    _("A mail brings at most {most} pictures. Add this one in the newsroom."), most=MOST_PICTURES
)
MAY_NOT = _("Your account may not add pictures.")


def keep(
    sent: Mapping[int, Sent], *, by: Actor, may_add: bool
) -> tuple[dict[int, Image], list[str]]:
    """Keep pictures as the form of a post does; outside of a transaction, since each takes a second.

    Returns:
        Those that are kept, by number, and a sentence for each that is not.
    """
    kept: dict[int, Image] = {}
    refused: list[str] = []
    for number, picture in islice(sent.items(), MOST_PICTURES):
        try:
            if not may_add:
                raise ValidationError(MAY_NOT)
            kept[number] = images.keep(io.BytesIO(picture.data), name=picture.name, by=by)
        except ValidationError as error:
            refused.append(_about(picture, " ".join(error.messages)))
        except OSError:
            refused.append(_about(picture, TROUBLE))
    refused += [_about(picture, TOO_MANY) for picture in islice(sent.values(), MOST_PICTURES, None)]
    return kept, refused


def _about(picture: Sent, sentence: StrOrPromise) -> str:
    name = picture.name or gettext("A picture")
    return f"{name}: {sentence}"
