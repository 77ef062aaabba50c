"""Colleagues in the newsroom: invite, change, disable. The rules are in `config.accounts`."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers what is replaced here
from django.contrib.auth.models import Group, User
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import roles
from blog.admin.recorded import Recorded
from blog.refusal import Refused
from config import accounts, outgoing  # noqa: F401 - outgoing registers itself

_ROLE_CHOICES = [
    (roles.CEO, gettext_lazy("Chief executive: writes, signs, publishes, invites colleagues")),
    (roles.WRITER, gettext_lazy("Writer: drafts posts and asks for approval")),
    (roles.COUNSEL, gettext_lazy("Counsel: reads drafts and clears them")),
    (roles.MODERATOR, gettext_lazy("Moderator: decides about comments")),
    (roles.AUDITOR, gettext_lazy("Auditor: reads everything, changes nothing")),
]


class RolesField(forms.MultipleChoiceField):
    """The roles of one person, each with what it may do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, **kwargs)


class InviteForm(forms.ModelForm):
    """Whom to invite, and as what."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Write the person's name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        # It is the user name as well, which is shorter than addresses may be.
        validators=[MaxLengthValidator(150)],
        help_text=gettext_lazy("The invitation goes here, with a link to choose a password."),
        error_messages={"required": gettext_lazy("Write the address for the invitation.")},
    )
    roles = RolesField(
        label=gettext_lazy("Roles"),
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )

    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self) -> str:
        """Refuse here what the verb would refuse, so that nothing typed is lost."""
        email: str = self.cleaned_data["email"]
        if accounts.has_account(email):
            raise forms.ValidationError(_("This address has an account already."))
        return email


class Unlabelled(forms.HiddenInput):
    """A hidden value. The admin writes a label for each field, and none may point at what is hidden."""

    def id_for_label(self, id_: str) -> str:
        """Return nothing to point at."""
        return ""


class ColleagueForm(forms.ModelForm):
    """What may change about a colleague."""

    roles = RolesField(label=gettext_lazy("Roles"), required=False)
    seen = forms.CharField(label="", required=False, widget=Unlabelled)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "is_superuser"]
        labels = {"is_superuser": gettext_lazy("Administrator")}
        help_texts = {
            "is_superuser": gettext_lazy(
                "Can do everything in the newsroom, and name administrators."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = list(self.instance.groups.values_list("name", flat=True))
            self.initial["seen"] = accounts.fingerprint(self.instance)


class RoleFilter(admin.SimpleListFilter):
    """Colleagues of one role."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every role there is."""
        return [(role, str(roles.in_words(role))) for role in roles.ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Those who have it."""
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


admin.site.unregister(User)
# What a role may do is code, reviewed and tested; here it could only be broken.
admin.site.unregister(Group)


@admin.register(User)
class ColleagueAdmin(Recorded):
    """Everybody who can sign in. Nobody is deleted, and nobody sets another one's password."""

    object_history_template = "admin/auth/user/history.html"
    # User name and address are a click away.
    list_display = ["full_name", "role_names", "is_active", "last_login"]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    readonly_fields = ["username", "is_active", "has_password", "last_login"]
    actions = ["send_invitation_again", "disable", "enable"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters of this list: any other could sound out a password's hash."""
        return lookup in {"is_active__exact", RoleFilter.parameter_name}

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles, in one more query."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[User]]:
        """The invitation, or the form of a colleague."""
        return super().get_form(
            request, obj, change, form=ColleagueForm if obj else InviteForm, **kwargs
        )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave out what the verb would refuse anyway."""
        if obj is None:
            return [(None, {"fields": ["name", "email", "roles"]})]
        fields = ["username", "first_name", "last_name", "email", "roles"]
        if _me(request).is_superuser:
            fields.append("is_superuser")
        if self.has_change_permission(request, obj):
            fields.append("seen")
        return [(None, {"fields": fields}), (_("Access"), {"fields": self.readonly_fields[1:]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The address of somebody else is an administrator's to change."""
        me = _me(request)
        if obj is None:
            return []
        is_open = me.is_superuser or me.pk == obj.pk
        return [*self.readonly_fields, *([] if is_open else ["email"])]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An administrator's account is shown to others, not opened."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or accounts.may_change(obj, _me(request)))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: an account is disabled, since the record names it."""
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show a refusal of the verb as a message, on the same page."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Count colleagues, not users; the model itself keeps its name, as its migrations do."""
        changelist = super().get_changelist_instance(request)
        changelist.opts = copy(changelist.opts)
        changelist.opts.verbose_name = _("colleague")
        changelist.opts.verbose_name_plural = _("colleagues")
        return changelist

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everybody."""
        return super().changelist_view(request, {"title": _("Colleagues"), **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Invite."""
        context = {"title": _("Invite a colleague"), "show_save_and_continue": False}
        return super().add_view(request, form_url, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One of them."""
        return super().change_view(
            request, object_id, form_url, {"title": _("A colleague"), **(extra_context or {})}
        )

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool
    ) -> None:
        """Call the verb."""
        data, me = form.cleaned_data, _me(request)
        if change:
            accounts.change(
                obj,
                by=me,
                seen=data["seen"],
                name=(obj.first_name, obj.last_name),
                email=obj.email,
                to_roles=data["roles"],
                is_superuser=obj.is_superuser,
            )
        else:
            obj.pk = accounts.invite(data["name"], data["email"], data["roles"], by=me).pk
            obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Say what happens next, once, and go on to the list or to the next invitation."""
        messages.success(request, _("The invitation goes to %(email)s.") % {"email": obj.email})
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.path)
        return self.response_post_save_add(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing more: the verb has written the roles."""

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        """First and last name, or what she signs in with."""
        return user.get_full_name() or user.get_username()

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        """The roles, one after the other."""
        names = [roles.in_words(group.name) for group in user.groups.all()]
        return ", ".join([*([_("Administrator")] if user.is_superuser else []), *names])

    @admin.display(description=gettext_lazy("has chosen a password"), boolean=True)
    def has_password(self, user: User) -> bool:
        """Whether an invitation was taken up."""
        return user.has_usable_password()

    @admin.action(description=gettext_lazy("Send the invitation again"), permissions=["change"])
    def send_invitation_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Mail a new link."""
        self._each(
            request,
            queryset,
            accounts.invite_again,
            _("The invitation goes out again to %(names)s"),
        )

    @admin.action(
        description=gettext_lazy("Disable: end every sign-in now"), permissions=["change"]
    )
    def disable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Keep them out."""
        self._each(request, queryset, accounts.disable, _("Disabled: %(names)s"))

    @admin.action(description=gettext_lazy("Enable again"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them in."""
        self._each(request, queryset, accounts.enable, _("Enabled: %(names)s"))

    def _each(
        self, request: HttpRequest, users: QuerySet[User], verb: Callable[..., None], said: str
    ) -> None:
        done = []
        for user in users:
            try:
                verb(user, by=_me(request))
            except Refused as refusal:
                messages.error(request, f"{user}: {refusal}")
            else:
                done.append(str(user))
        if done:
            messages.success(request, said % {"names": ", ".join(done)})


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
