"""Asking for a new password."""

from __future__ import annotations

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordResetView
from django.http import HttpResponse

from comments.arrival import network_of
from config import signin
from config.passwords import ResetForm


class PasswordReset(PasswordResetView):
    """Django's view with our form, and with the brake that signing in has."""

    form_class = ResetForm

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Queue the mail, unless this network has asked too often."""
        wait = signin.seconds_to_wait("reset", network_of(self.request.META.get("REMOTE_ADDR", "")))
        if wait:
            form.add_error("email", signin.sentence(wait))
            return self.form_invalid(form)
        return super().form_valid(form)
