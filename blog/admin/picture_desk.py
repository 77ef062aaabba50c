"""How a picture comes from the form of a post, with script one by one and without in the form."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _

from blog.admin.pages import user_of
from blog.image_addresses import FOLDER
from blog.models import Image
from blog.models.version import Markup
from blog.picture_forms import PictureFields, SentFields
from blog.workflow.pictures import describe_picture

CHOOSE = _("Choose a file first.")
_FIRST_FRAME = _("It moves; the first frame of it is shown.")


def sends_picture(request: HttpRequest) -> bool:
    """Whether a picture for the text came along, or its button was pressed."""
    return bool(
        request.POST.get("then") == "picture"
        or request.FILES.get("picture-file")
        or request.POST.get("picture-address")
    )


def sent_picture(request: HttpRequest, user: User) -> PictureFields | None:
    """Return the fields of the picture that came along with the form of a post, checked, or `None`."""
    if not sends_picture(request):
        return None
    fields = PictureFields(request.POST, request.FILES, prefix="picture", by=user)
    if fields.is_valid() and fields.image is None:
        fields.add_error("file", CHOOSE)
    return fields


def receive(request: HttpRequest) -> JsonResponse:
    """Keep one picture, or take what it shows, and answer what the text needs of it, as JSON.

    With a file the answer says its address and what was said of it before; a text is not needed yet.
    With `alt`, `decorative` or `later` it holds the `snippet` for the text. 422 and 400 come with
    a `problem`.
    """
    user = user_of(request)
    if request.method != "POST" or not user.has_perm("blog.add_image"):
        raise PermissionDenied
    fields = SentFields(request.POST, request.FILES, by=user)
    is_valid = fields.is_valid()
    is_asked = "file" not in request.FILES
    if fields.image is None or (is_asked and not is_valid):
        # Without errors nothing was sent: no form of ours does that.
        return JsonResponse({"problem": _problem(fields)}, status=422 if fields.errors else 400)
    answer = _about(fields.image)
    if is_valid:
        if fields.is_described:
            describe_picture(fields.image, by=user, **fields.said)
        markup = Markup.HTML if request.POST.get("markup") == Markup.HTML else Markup.MARKDOWN
        answer["snippet"] = fields.snippet(markup)
    return JsonResponse(answer)


def thumbnail(image: Image) -> str:
    """Return the address of the smallest file of a picture."""
    address = image.address
    return f"{FOLDER}{address.file_name(address.widths[0], 'jpg')}"


def _problem(fields: PictureFields) -> str:
    sentences = [str(sentence) for errors in fields.errors.values() for sentence in errors]
    return " ".join(sentences) or str(CHOOSE)


def _about(image: Image) -> dict[str, object]:
    return {
        "address": image.address.url,
        "thumbnail": thumbnail(image),
        "name": image.name,
        "alt": image.alt,
        "decorative": image.is_decorative,
        "caption": image.caption,
        "note": _FIRST_FRAME if image.is_first_frame else "",
    }
