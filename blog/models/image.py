"""Pictures in posts: what is known of each file, and which words use it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.image_addresses import KEY_LENGTH, ImageAddress
from blog.models.adoption import LABEL_LENGTH
from blog.models.version import Version


class Image(models.Model):
    """One picture as it came. What is said of it here is only offered when it is put into a text."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    name = models.CharField(max_length=200, help_text=_("The name of the file as it came."))
    # Never served: it may hold where and when it was taken.
    original = models.FileField(upload_to="originals/", editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        _("what it shows"),
        max_length=300,
        blank=True,
        help_text=_("For those who cannot see it, in one sentence."),
    )
    is_decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("It says nothing that the text does not say.")
    )
    caption = models.CharField(max_length=300, blank=True)
    focus_x = models.PositiveSmallIntegerField(
        _("focal point, from the left"),
        default=50,
        help_text=_("Percent; stays in sight when cropped."),
    )
    focus_y = models.PositiveSmallIntegerField(_("focal point, from the top"), default=50)
    source_url = models.CharField(max_length=2048, blank=True, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.BigIntegerField(null=True, editable=False)
    uploaded_by_label = models.CharField(max_length=LABEL_LENGTH, editable=False)
    is_first_frame = False
    """Known only where a file has just been kept: it moved, and this is how it begins."""

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("picture")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focus_x__lte=100, focus_y__lte=100),
                name="focal_points_are_percents",
            ),
            models.CheckConstraint(
                condition=models.Q(is_decorative=False) | models.Q(alt=""),
                name="decorative_pictures_say_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> ImageAddress:
        """Its address, which says all that a text needs."""
        return ImageAddress(self.key, self.width, self.height)


class ImageUse(models.Model):
    """A version that shows a picture: by it the site knows who may see the picture."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="image_uses")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "version"], name="one_use_of_a_picture"),
        ]

    def __str__(self) -> str:
        return gettext("%(picture)s in %(version)s") % {
            "picture": self.image,
            "version": self.version,
        }
