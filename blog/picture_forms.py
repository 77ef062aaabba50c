"""The fields by which a picture comes into a post: the file, what it shows, and what is in its middle.

A file is kept as soon as it arrives, whatever else is wrong: a browser cannot send it a second time
by itself, but it can send its address, which a hidden field carries.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import image_addresses, images
from blog.fields import CleanCharField
from blog.image_addresses import ImageAddress
from blog.lead_picture import percents
from blog.models import Image
from blog.snippets import snippet
from ledger.record import Actor

ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,image/avif"
ALT_MISSING = gettext_lazy("Say in one sentence what the picture shows, or tick “Decorative”.")
_LONGEST = 300
TROUBLE = gettext_lazy("The picture could not be kept just now. Try it again in a moment.")


class PictureFields(forms.Form):
    """A file or the address of a picture that is here, what it shows or that it is decorative."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("PNG, JPEG, WebP, GIF or AVIF, at most 25 MB and 20 megapixels."),
        error_messages={"empty": gettext_lazy("This file is empty. Choose another one.")},
    )
    address = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    alt = CleanCharField(
        label=gettext_lazy("What it shows"),
        max_length=_LONGEST,
        required=False,
        help_text=gettext_lazy("In one sentence, for those who cannot see it."),
    )
    decorative = forms.BooleanField(
        label=gettext_lazy("Decorative: it says nothing that the text does not say"), required=False
    )
    caption = CleanCharField(label=gettext_lazy("Caption"), max_length=_LONGEST, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, by: User, **options: Any) -> None:
        """Take what was sent, and who sends it."""
        self.by = by
        self.image: Image | None = None
        super().__init__(data, files, label_suffix="", **options)

    def clean(self) -> dict[str, Any]:
        """Keep the file, find the picture, and ask for what it shows."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "file" not in self.errors:
            self.image = self._image(cleaned)
        if self.image and not (self.is_described or cleaned.get("later")):
            self.add_error("alt", ALT_MISSING)
        return cleaned

    @property
    def shown(self) -> ImageAddress | None:
        """The address of the picture that these fields are about, if there is one by now."""
        return image_addresses.read(str(self["address"].value() or ""))

    @property
    def is_described(self) -> bool:
        """Whether somebody has said what the picture shows, or that there is nothing to say."""
        return bool(self.cleaned_data.get("alt") or self.cleaned_data.get("decorative"))

    @property
    def said(self) -> dict[str, str]:
        """What is said of the picture: an empty `alt` when it is decorative."""
        value = self.cleaned_data
        return {"alt": "" if value["decorative"] else value["alt"], "caption": value["caption"]}

    def snippet(self, markup: str) -> str:
        """Return what puts the picture into a text; call it on a valid form with a picture only."""
        if self.image is None:
            raise ValueError("Without a picture there is nothing to put into a text.")
        return snippet(self.image.address, **self.said, markup=markup)

    def _image(self, cleaned: dict[str, Any]) -> Image | None:
        file = cleaned.get("file")
        if not file:
            return known(cleaned.get("address", ""))
        if not self.by.has_perm("blog.add_image"):
            self.add_error("file", _("Your account may not add pictures."))
            return None
        try:
            image = self._kept(file, cleaned)
        except ValidationError as error:
            self.add_error("file", error)
            return None
        except OSError:
            self.add_error("file", TROUBLE)
            return None
        # What is shown again carries the address, since no browser sends the file twice.
        sent = cast("QueryDict | dict[str, Any]", self.data).copy()
        sent[self.add_prefix("address")] = image.address.url
        self.data = sent
        return image

    def _kept(self, file: Any, cleaned: dict[str, Any]) -> Image:
        return images.keep(
            file,
            name=file.name or "",
            by=Actor.of(self.by),
            alt=cleaned.get("alt", ""),
            is_decorative=cleaned.get("decorative", False),
            caption=cleaned.get("caption", ""),
        )


class SentFields(PictureFields):
    """The fields of a picture that is sent by itself, while its text is written."""

    later = forms.BooleanField(required=False)
    """Whoever was asked what it shows and is in a hurry may say it another time."""


class LeadFields(PictureFields):
    """The picture above the words of a post, and the point of it that stays in sight when cropped."""

    focus_x = forms.IntegerField(
        label=gettext_lazy("Focal point, percent from the left"),
        min_value=0,
        max_value=100,
        required=False,
    )
    focus_y = forms.IntegerField(
        label=gettext_lazy("Focal point, percent from the top"),
        min_value=0,
        max_value=100,
        required=False,
    )
    remove = forms.BooleanField(label=gettext_lazy("Remove the lead picture"), required=False)

    def clean(self) -> dict[str, Any]:
        """Take the picture away when that is asked for."""
        cleaned = super().clean()
        if cleaned.get("remove") and not cleaned.get("file"):
            self.image = None
            self.errors.pop("alt", None)
        return cleaned

    @property
    def entry(self) -> dict[str, str] | None:
        """The entry of `Version.images`, or `None` without a lead picture; for a valid form."""
        if self.image is None:
            return None
        across, down = (self._percent(name) for name in ("focus_x", "focus_y"))
        return {"address": self.image.address.url, **self.said, "focus": f"{across}% {down}%"}

    def _percent(self, name: str) -> int:
        value = self.cleaned_data.get(name)
        return 50 if value is None else value


def lead_fields(data: Any, files: Any, images: Any, user: User) -> LeadFields:
    """Return the fields of the lead picture; without them in `data`, the picture stays as it is."""
    is_sent = data is not None and "lead-address" in data
    sent = (data, files) if is_sent else (None, None)
    return LeadFields(*sent, prefix="lead", by=user, initial=_lead_initial(tuple(images)))


def _lead_initial(images: tuple[dict[str, str], ...]) -> dict[str, Any]:
    """Return what the fields of the lead picture show before anybody types."""
    if not images:
        return {}
    entry = images[0]
    across, down = percents(entry.get("focus", ""))
    return {
        "address": entry.get("address", ""),
        "alt": entry.get("alt", ""),
        "decorative": not entry.get("alt", ""),
        "caption": entry.get("caption", ""),
        "focus_x": across,
        "focus_y": down,
    }


def known(url: str) -> Image | None:
    """Return the picture of this site under an address, or `None`."""
    found = image_addresses.read(url)
    if found is None:
        return None
    return Image.objects.filter(key=found.key, width=found.width, height=found.height).first()
