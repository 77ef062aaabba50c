"""The library of pictures: what is there, what it shows, and where it stands."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import images
from blog.admin.image_fields import ImageForm, UseFilter
from blog.admin.pages import say, user_of
from blog.admin.picture_desk import receive, thumbnail
from blog.admin.recorded import RecordedForm
from blog.models import Image, ImageUse, Post
from blog.models.version import Markup
from blog.picture_forms import ACCEPTED, TROUBLE
from blog.refusal import Refused
from blog.snippets import snippet
from blog.workflow.pictures import remove_picture
from ledger.record import Actor

LONGEST_SEARCH = 200
_MOST_POSTS = 20
_SHORT = 90
# Where words still stand that show it; blanked ones show nothing.
_USES = ImageUse.objects.filter(image=OuterRef("pk"), version__redacted_at__isnull=True)


@admin.register(Image)
class ImageAdmin(RecordedForm):
    """Every picture of posts. Files come by `keep` and go by `remove_picture`."""

    form = ImageForm
    list_display = ["small", "name", "shows", "used", "uploaded_at"]
    list_display_links = ["name"]
    list_filter = [UseFilter]
    list_per_page = 50
    search_fields = ["name", "alt", "caption", "key"]
    search_help_text = gettext_lazy("Words of a file's name, of what it shows, or of its caption.")
    show_full_result_count = False
    readonly_fields = ["large", "where", "to_copy", "size"]
    fieldsets = [
        (None, {"fields": ["large", "name", "size", "where"]}),
        (
            gettext_lazy("What is offered for a text"),
            {
                "fields": ["alt", "is_decorative", "caption", "focus_x", "focus_y"],
                "description": gettext_lazy(
                    "Texts that are written already keep the words they have."
                ),
            },
        ),
        (gettext_lazy("To put into a text"), {"fields": ["to_copy"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the form of a post sends its pictures to."""
        view = self.admin_site.admin_view(receive)
        return [path("send/", view, name="blog_image_send"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Bring along whether a text shows it."""
        found: QuerySet[Image] = super().get_queryset(request)
        return found.annotate(is_used=Exists(_USES))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        """Search for a few words; a database gives up on very many."""
        if len(search_term) > LONGEST_SEARCH:
            say(
                request,
                _("Search for at most %(most)s characters.") % {"most": LONGEST_SEARCH},
                is_refusal=True,
            )
            return queryset.none(), False
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        return found, may_repeat

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under its own name."""
        return super().changelist_view(request, {"title": _("Pictures")} | (extra_context or {}))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Keep the chosen files, one after the other; one that is refused stops no other."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._added(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add pictures"),
            "accepted": ACCEPTED,
        }
        return TemplateResponse(request, "admin/blog/image/add.html", context)

    def _added(self, request: HttpRequest) -> HttpResponse:
        files = request.FILES.getlist("files")
        kept = 0
        for file in files:
            try:
                images.keep(
                    cast(BinaryIO, file), name=file.name or "", by=Actor.of(user_of(request))
                )
                kept += 1
            except ValidationError as error:
                say(request, f"“{file.name}”: {' '.join(error.messages)}", is_refusal=True)
            except OSError:
                say(request, f"“{file.name}”: {TROUBLE}", is_refusal=True)
        if not files:
            say(request, _("Choose a file first."), is_refusal=True)
            return HttpResponseRedirect(request.path)
        if kept:
            say(
                request,
                ngettext(
                    "%(count)s picture kept. Say what they show.",
                    "%(count)s pictures kept. Say what they show.",
                    kept,
                )
                % {"count": kept},
            )
        return HttpResponseRedirect(reverse("admin:blog_image_changelist"))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name what would go, and as protected what a text shows."""
        found = list(self.get_queryset(request).filter(pk__in=[row.pk for row in objs]))
        protected = [_("%(row)s stands in a text") % {"row": row} for row in found if _is_used(row)]
        return [str(row) for row in found], {"pictures": len(found)}, set(), protected

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        """Call the verb, and say what came of it; a text that was saved meanwhile keeps its picture."""
        if self._is_removed(request, obj):
            say(request, _("“%(obj)s” is deleted.") % {"obj": obj})

    def _is_removed(self, request: HttpRequest, image: Image) -> bool:
        try:
            remove_picture(image, by=user_of(request))
        except Refused as refusal:
            say(request, str(refusal), is_refusal=True)
            return False
        return True

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Ask (GET), and delete (POST) without the transaction that Django opens around that.

        Files go once the row is gone for good, and who waits for them keeps nobody from writing.
        """
        image = self.get_object(request, unquote(object_id)) if request.method == "POST" else None
        if image is None:
            return super().delete_view(request, object_id, extra_context)
        if not self.has_delete_permission(request, image):
            raise PermissionDenied
        self.delete_model(request, image)
        return HttpResponseRedirect(reverse("admin:blog_image_changelist"))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        """Call the verb for each; Django says how many there were."""
        for row in queryset.order_by("pk"):
            self._is_removed(request, row)

    @admin.display(description=gettext_lazy("picture"))
    def small(self, image: Image) -> str:
        """A thumbnail."""
        return _shown(image, "picture-small")

    @admin.display(description=gettext_lazy("picture"))
    def large(self, image: Image) -> str:
        """The picture as it is kept."""
        return _shown(image, "picture-large")

    @admin.display(description=gettext_lazy("what it shows"))
    def shows(self, image: Image) -> str:
        """What is said of it, or what is missing."""
        return Truncator(image.alt).chars(_SHORT) or (
            _("Decorative") if image.is_decorative else _("Not described yet")
        )

    @admin.display(description=gettext_lazy("in a text"), boolean=True)
    def used(self, image: Image) -> bool:
        """Whether words show it, be they ones that readers never saw."""
        return _is_used(image)

    @admin.display(description=gettext_lazy("size"))
    def size(self, image: Image) -> str:
        """Width and height of the original."""
        return _("%(width)s × %(height)s pixels") % {"width": image.width, "height": image.height}

    @admin.display(description=gettext_lazy("stands in"))
    def where(self, image: Image) -> str:
        """The posts whose words show it, now or in an earlier version."""
        posts = Post.objects.filter(pk__in=image.uses.values("version__post"))
        posts = posts.select_related("live_version").defer("live_version__body")
        links = [
            (reverse("admin:blog_post_change", args=[post.pk]), post.title or post.slug)
            for post in posts.order_by("-pk")[:_MOST_POSTS]
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', links) if links else _("No text.")

    @admin.display(description=gettext_lazy("copy this"))
    def to_copy(self, image: Image) -> str:
        """What shows it in a text, once it is described."""
        if not image.alt and not image.is_decorative:
            return _("Say above what it shows, and save.")
        address, said = image.address, {"alt": image.alt, "caption": image.caption}
        return format_html(
            '<textarea class="picture-snippet" rows="3" readonly aria-label="{}">{}</textarea>',
            _("To copy"),
            snippet(address, **said, markup=Markup.MARKDOWN),
        )


def _is_used(image: Image) -> bool:
    return bool(getattr(image, "is_used", False))


def _shown(image: Image, name: str) -> str:
    width, height = image.address.size
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        name,
        image.address.url if name == "picture-large" else thumbnail(image),
        image.alt if name == "picture-large" else "",
        width,
        height,
    )
