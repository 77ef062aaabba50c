"""The site in the newsroom: one row, edited in one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import colour, roles
from blog.admin.fields import LinksField, PictureField, time_zone_field
from blog.admin.pages import user_of
from blog.admin.recorded import RecordedForm
from blog.admin.site_look import look, part_of
from blog.models import Site
from blog.models.site import validate_accent


class SiteForm(forms.ModelForm):
    """Everything the owner sets."""

    logo = PictureField(
        label=gettext_lazy("Logo"),
        width=480,
        height=80,
        help_text=gettext_lazy("PNG, JPEG or WebP; shown at most 40 px high."),
    )
    favicon = PictureField(
        label=gettext_lazy("Favicon"),
        width=180,
        height=180,
        is_square=True,
        help_text=gettext_lazy("A square picture."),
    )
    portrait = PictureField(
        label=gettext_lazy("Portrait"),
        width=480,
        height=480,
        is_square=True,
        help_text=gettext_lazy("Who speaks here; a square picture."),
    )
    header_links = LinksField(label=gettext_lazy("Links at the top"))
    footer_links = LinksField(label=gettext_lazy("Links at the bottom"))
    profile_links = LinksField(
        label=gettext_lazy("Profiles elsewhere"),
        help_text=gettext_lazy(
            "One on a line, for example: LinkedIn | https://www.linkedin.com/in/…"
        ),
    )
    time_zone = time_zone_field()

    class Meta:
        model = Site
        exclude: tuple[str, ...] = ()
        help_texts = {
            "comment_mode": gettext_lazy(
                "Where what is clearly no spam appears at once: on a new site first comments wait all"
                " the same, until people have decided about 10 comments or it is 30 days old."
                " Afterwards look into the tabs Public and Sample."
            )
        }

    def clean_accent(self) -> str:
        """Write the colour as the style sheet does."""
        accent: str = self.cleaned_data["accent"]
        return accent.upper()

    def clean_needs_counsel(self) -> bool:
        """Refuse to begin waiting for a signature that nobody can give beside the first one."""
        needed: bool = self.cleaned_data["needs_counsel"]
        if not needed or "needs_counsel" not in self.changed_data:
            return needed
        if not roles.people(roles.COUNSEL).exists():
            raise ValidationError(_("Nobody has the role Counsel yet. Invite counsel first."))
        if roles.signers().count() == 1:
            raise ValidationError(_("Nobody else can sign here yet. Invite counsel first."))
        return needed


class LookForm(SiteForm):
    """The form when somebody only wants to see what it would do: it is never taken as complete."""

    def is_valid(self) -> bool:
        """Check everything, and let nothing be saved."""
        super().is_valid()
        return False


@admin.register(Site)
class SiteAdmin(RecordedForm):
    """One form beside a view of what it does, and no list; every change is in the record."""

    change_form_template = "admin/blog/site/change_form.html"

    form = SiteForm
    fieldsets = [
        (None, {"fields": ["name", "tagline", "time_zone"]}),
        (gettext_lazy("Look"), {"fields": ["logo", "favicon", "portrait", "accent"]}),
        (
            gettext_lazy("Menu and footer"),
            {"fields": ["header_links", "footer_links", "footer_text", "legal_line"]},
        ),
        (gettext_lazy("Contact"), {"fields": ["contact_email", "sender_email", "profile_links"]}),
        (
            gettext_lazy("Comments"),
            {"fields": ["comment_mode", "close_comments_after", "trust_after", "decide_within"]},
        ),
        (gettext_lazy("Signatures"), {"fields": ["needs_counsel"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Site | None = None) -> Any:
        """Leave signatures out while one person works alone; nobody else could give them."""
        is_wanted = not roles.is_solo(user_of(request)) or (obj and obj.needs_counsel)
        return self.fieldsets if is_wanted else self.fieldsets[:-1]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one site."""
        return super().has_add_permission(request) and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Site | None = None) -> bool:
        """There is always one site."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the form: a list of one is no use."""
        if Site.objects.exists():
            return HttpResponseRedirect(reverse("admin:blog_site_change", args=[1]))
        return HttpResponseRedirect(reverse("admin:blog_site_add"))

    def get_urls(self) -> list[URLPattern]:
        """Add the sheet with which a colour is tried."""
        view = self.admin_site.admin_view
        return [path("theme.css", view(self.theme), name="blog_site_theme"), *super().get_urls()]

    def theme(self, request: HttpRequest) -> HttpResponse:
        """The sheet of a colour that is not saved, for those who may save it; empty without a colour."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rule = _rule_of(f"#{request.GET['accent']}") if "accent" in request.GET else ""
        return HttpResponse(rule, content_type="text/css; charset=utf-8")

    def get_form(
        self, request: HttpRequest, obj: Site | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Save nothing when the button only asks to see it."""
        chosen = {"form": LookForm} if part_of(request) else {}
        return super().get_form(request, obj, change, **chosen, **kwargs)

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | TemplateResponse:
        """Show or save the form; “See it” shows it again as it was typed, with the site as it would look."""
        response = super().changeform_view(request, *args, **kwargs)
        part = part_of(request)
        if part and isinstance(response, TemplateResponse):
            context = response.context_data or {}
            context["look"] = look(request, context["adminform"].form, part)
            add_never_cache_headers(response)
        return response

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: Any) -> None:
        """Write what was changed and nothing else: a crisis may have begun since the row was read."""
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)

    def facts_of(self, form: Any) -> dict[str, Any]:
        """Say also who must sign from now on, where that was changed."""
        facts = super().facts_of(form)
        if "needs_counsel" in form.changed_data:
            facts["needs_counsel"] = form.instance.needs_counsel
        return facts


def _rule_of(accent: str) -> str:
    try:
        validate_accent(accent)
    except ValidationError as error:
        raise BadRequest("This is no colour that a page can have.") from error
    return colour.accent_rule(accent)
