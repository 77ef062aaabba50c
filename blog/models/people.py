"""Who writes, and what about: bylines, topics and series."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog.links import Link, as_links


def initials(name: str) -> str:
    """Return one or two capital letters for a picture without a picture: `Dana Whitfield` → `DW`."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


class Author(models.Model):
    """A public byline. It is never a login; a login may own one, and then signs what it is named on."""

    name = models.CharField(max_length=80, help_text=_("As readers see it under each post."))
    slug = models.SlugField(max_length=80, unique=True)
    role = models.CharField(max_length=80, blank=True, help_text=_("For example: Chief executive."))
    bio = models.TextField(max_length=1000, blank=True, help_text=_("One or two sentences."))
    portrait = models.FileField(upload_to="site/", blank=True)
    profile_links = models.JSONField(default=list, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        help_text=_(
            "The account of this person: its signature is the one a post under this name needs."
        ),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page with everything under this name."""
        return reverse("blog:author", args=[self.slug])

    @property
    def initials(self) -> str:
        """One or two capital letters, shown where there is no portrait."""
        return initials(self.name)

    @property
    def portrait_url(self) -> str:
        """The address of the portrait, or an empty string."""
        return self.portrait.url if self.portrait else ""

    @property
    def links(self) -> list[Link]:
        """The profile links, for `rel="me"`."""
        return as_links(self.profile_links)


class Topic(models.Model):
    """A subject that posts are found by."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.TextField(max_length=600, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page that lists its posts."""
        return reverse("blog:topic", args=[self.slug])

    @property
    def url(self) -> str:
        """The same address, for templates that also show annotated topics."""
        return self.get_absolute_url()


class Series(models.Model):
    """Posts that belong together and have an order."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField(max_length=600, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page that lists its parts."""
        return reverse("blog:series", args=[self.slug])
