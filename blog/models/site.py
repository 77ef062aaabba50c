"""What the owner of the site sets: one row, edited in the admin."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import colour
from blog.links import Link, as_links
from blog.prepared import Prepared


def validate_time_zone(name: str) -> None:
    """Accept a name of the IANA database such as Europe/Berlin."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/Berlin or America/New_York."))


def validate_accent(value: str) -> None:
    """Accept `#RRGGBB` that can be read on the light page (WCAG 2.2: contrast 4.5:1 at least)."""
    try:
        contrast = colour.contrast(value, colour.LIGHT_PAGE)
    except ValueError as error:
        raise ValidationError(
            _("Write the colour as # and six digits, for example #1D4F7C.")
        ) from error
    if contrast < colour.READABLE:
        raise ValidationError(
            _(
                "This colour is too light to read on the page: its contrast is %(contrast)s to 1,"
                " and %(needed)s to 1 is needed. Choose a darker one."
            )
            % {
                "contrast": number_format(contrast, 1),
                "needed": number_format(colour.READABLE),
            }
        )


class CommentMode(models.TextChoices):
    """What happens to comments on a site or a post."""

    OPEN = "open", gettext_lazy("Readers we know appear at once, a person reads the others first")
    CLEAN = (
        "clean",
        gettext_lazy("What is clearly no spam appears at once, a person reads the rest"),
    )
    MODERATED = "moderated", gettext_lazy("A person reads each one before it appears")
    CLOSED = "closed", gettext_lazy("Closed: no new comments")


class CrisisMode(models.TextChoices):
    """What the crisis switch does to all comments of the site."""

    NONE = "", gettext_lazy("Comments go on as usual")
    HOLD = "hold", gettext_lazy("A person reads every comment first")
    CLOSE = "close", gettext_lazy("No new comments anywhere")


class Site(models.Model):
    """The one row of what the owner sets. What an operator sets is in the environment."""

    name = models.CharField(
        max_length=80, help_text=gettext_lazy("At the top of every page, in feeds and in mail.")
    )
    tagline = models.CharField(
        max_length=160, blank=True, help_text=gettext_lazy("One line under the name.")
    )
    logo = models.FileField(
        upload_to="site/",
        blank=True,
        help_text=gettext_lazy("PNG, JPEG or WebP; shown 40 px high."),
    )
    favicon = models.FileField(
        upload_to="site/", blank=True, help_text=gettext_lazy("A square picture, 180 px or more.")
    )
    portrait = models.FileField(
        upload_to="site/", blank=True, help_text=gettext_lazy("Who speaks here; a square picture.")
    )
    accent = models.CharField(
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=gettext_lazy("For links and buttons, as #RRGGBB."),
    )
    header_links = models.JSONField(default=list, blank=True)
    footer_links = models.JSONField(default=list, blank=True)
    footer_text = models.CharField(max_length=300, blank=True)
    legal_line = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("For example: © Whitfield & Co.")
    )
    profile_links = models.JSONField(default=list, blank=True)
    contact_email = models.EmailField(blank=True, help_text=gettext_lazy("Shown to readers."))
    sender_email = models.EmailField(
        blank=True, help_text=gettext_lazy("Mail from this site comes from this address.")
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    needs_counsel = models.BooleanField(
        gettext_lazy("counsel must sign too"),
        default=False,
        help_text=gettext_lazy("Every new version also needs counsel's signature."),
    )
    comment_mode = models.CharField(
        gettext_lazy("comments"), max_length=12, choices=CommentMode, default=CommentMode.MODERATED
    )
    close_comments_after = models.PositiveSmallIntegerField(
        gettext_lazy("close comments after"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Days after publication; empty for never."),
    )
    trust_after = models.PositiveSmallIntegerField(
        gettext_lazy("know a reader after"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Approved comments from an address that was confirmed."),
    )
    decide_within = models.PositiveSmallIntegerField(
        gettext_lazy("decide within"),
        default=24,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Business hours, Monday to Friday; for a team."),
    )
    # How careful the spam filter is, from 1 to 7; chosen on the page of its report.
    care = models.PositiveSmallIntegerField(
        gettext_lazy("care of the spam filter"),
        default=4,
        editable=False,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
    )
    # Set by the crisis switch, and over by itself at `crisis_until`.
    crisis_mode = models.CharField(max_length=5, choices=CrisisMode, blank=True, editable=False)
    crisis_statement = models.CharField(max_length=500, blank=True, editable=False)
    crisis_until = models.DateTimeField(null=True, blank=True, editable=False)
    # What belongs to the demonstration, when this is one: the keys of its accounts and posts.
    demo = models.JSONField(null=True, editable=False)
    setup_token_hash = models.CharField(max_length=64, blank=True, editable=False)

    # Addresses of what is not saved yet, such as a logo or the theme: only a live view sets them.
    proposed: Mapping[str, str] = MappingProxyType({})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_site"),
            models.CheckConstraint(
                condition=models.Q(care__range=(1, 7)), name="care_is_one_to_seven"
            ),
        ]
        verbose_name = gettext_lazy("site")
        verbose_name_plural = gettext_lazy("site")

    def __str__(self) -> str:
        return self.name or _("This site")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the one row."""
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Site:
        """Return the row, or an unsaved one with defaults before the first setup. One query."""
        return _current.first() or cls(pk=1)

    @property
    def is_set_up(self) -> bool:
        """Whether somebody gave it a name."""
        return bool(self.name)

    @property
    def is_demo(self) -> bool:
        """Whether this is the demonstration, which every page says."""
        return self.demo is not None

    @property
    def crisis(self) -> str:
        """What the crisis switch does now, a `CrisisMode`; nothing once its time is over."""
        is_on = self.crisis_until is not None and timezone.now() < self.crisis_until
        return self.crisis_mode if is_on else CrisisMode.NONE

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone of everything shown to people."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def logo_url(self) -> str:
        """The address of the logo, or an empty string."""
        return self._address_of("logo")

    @property
    def favicon_url(self) -> str:
        """The address of the favicon, or an empty string."""
        return self._address_of("favicon")

    @property
    def portrait_url(self) -> str:
        """The address of the portrait, or an empty string."""
        return self._address_of("portrait")

    @property
    def theme_url(self) -> str:
        """The address of the sheet that sets the accent, or an empty string without one."""
        if not self.accent or "theme" in self.proposed:
            return self.proposed.get("theme", "")
        return f"{reverse('blog:theme')}?v={hashlib.sha256(self.accent.encode()).hexdigest()[:8]}"

    def _address_of(self, name: str) -> str:
        file = getattr(self, name)
        return self.proposed.get(name) or (file.url if file else "")

    @property
    def links(self) -> list[Link]:
        """The profile links, for `rel="me"`."""
        return as_links(self.profile_links)


_current: Prepared[Site] = Prepared(lambda: Site.objects.order_by("pk")[:1])
