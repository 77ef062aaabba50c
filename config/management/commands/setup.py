"""`manage.py setup`: the first person and her site, asked one question after the other."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.models import Site
from blog.refusal import Refused
from config.forms import BeginningForm, SetupForm
from config.founding import complete, found_site, lacks, require_incomplete
from ledger.models import Channel
from ledger.tables import require_tables

_PASSWORDS = ("password", "password_again")
_PAGES = "publish_starter_pages"


class Command(BaseCommand):
    """Ask at the keyboard for what no option gives; without a keyboard, options and defaults are all."""

    help = "Set up this site: its first person, who may do everything, and its name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add one option for each question, --password-env, --user and --no-starter-pages."""
        for name, field in _questions(SetupForm).items():
            parser.add_argument(_option(name), dest=name, help=str(field.label))
        parser.add_argument(
            "--password-env",
            metavar="NAME",
            help="The environment variable that holds the password.",
        )
        parser.add_argument(
            "--no-starter-pages",
            action="store_false",
            dest=_PAGES,
            help="Leave the pages Privacy and Comment policy as drafts.",
        )
        parser.add_argument(
            "--user",
            metavar="USERNAME",
            help="Give an administrator who exists already the role and the byline she lacks.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Found the site, or complete an account."""
        require_tables()
        try:
            user = self._complete(options) if options["user"] else self._found(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Done. Sign in as {user.get_username()} at /admin/.")

    def _found(self, options: dict[str, Any]) -> User:
        if User.objects.exists():
            raise Refused(
                "This site has its first person already. To give an administrator what the account "
                "lacks: manage.py setup --user USERNAME"
            )
        answers = self._answers(SetupForm, options) | self._password(options)
        form = SetupForm(answers)
        while form.errors.keys() & set(_PASSWORDS) and _has_keyboard():
            self._say(form.errors)
            answers |= self._password({"password_env": None})
            form = SetupForm(answers)
        self._require(form)
        return found_site(form.person(), form.beginning(), channel=Channel.SETUP)

    def _complete(self, options: dict[str, Any]) -> User:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise Refused(f"There is no account with the user name {options['user']}.")
        require_incomplete(user)
        self.stdout.write(f"{user.get_username()} lacks {', '.join(lacks(user))}.")
        form = BeginningForm(
            self._answers(BeginningForm, _known(options), name=user.get_full_name())
        )
        self._require(form)
        return complete(user, form.beginning(), channel=Channel.SETUP)

    def _answers(
        self, kind: type[forms.Form], options: dict[str, Any], name: str = ""
    ) -> dict[str, Any]:
        """Return an answer for each question of a form, from an option or from the keyboard."""
        answers: dict[str, Any] = {"name": name, _PAGES: options[_PAGES]}
        for key, field in _questions(kind).items():
            given = options[key]
            default = _default(key, field, answers)
            if given is None and not _has_keyboard():
                given = default
            answers[key] = self._asked(field, default) if given is None else given
        return answers

    def _asked(self, field: forms.Field, default: str) -> str:
        """Ask until the answer is one that the field takes."""
        while True:
            answer = (
                input(f"{field.label}{f' [{default}]' if default else ''}: ").strip() or default
            )
            try:
                field.clean(answer)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
            else:
                return answer

    def _password(self, options: dict[str, Any]) -> dict[str, str]:
        """Return the password twice, from the environment or from the keyboard."""
        variable = options["password_env"]
        if variable:
            if not os.environ.get(variable):
                raise CommandError(f"The environment has no {variable}.")
            return dict.fromkeys(_PASSWORDS, os.environ[variable])
        if not _has_keyboard():
            raise CommandError("Name the variable that holds the password: --password-env NAME")
        return {key: getpass.getpass(f"{SetupForm.base_fields[key].label}: ") for key in _PASSWORDS}

    def _require(self, form: forms.Form) -> None:
        if not form.is_valid():
            lines = [
                f"{_option(name)}: {' '.join(map(str, found))}"
                for name, found in form.errors.items()
            ]
            raise CommandError("\n".join(lines))

    def _say(self, errors: Any) -> None:
        for found in errors.values():
            self.stderr.write(" ".join(found))


def _known(options: dict[str, Any]) -> dict[str, Any]:
    """Return `options` with what a site that is set up has answered before."""
    site = Site.current()
    if not site.is_set_up:
        return options
    answered = {
        "site_name": site.name,
        "time_zone": site.time_zone,
        "sender_email": site.sender_email,
    }
    return {**options, **answered}


def _questions(kind: type[forms.Form]) -> dict[str, forms.Field]:
    """Return the fields that are asked in words, in the order of the form."""
    fields = kind.base_fields
    order = getattr(kind, "field_order", None) or list(fields)
    return {name: fields[name] for name in order if name not in {*_PASSWORDS, _PAGES}}


def _default(key: str, field: forms.Field, answers: dict[str, Any]) -> str:
    match key:
        case "byline":
            return str(answers.get("name", ""))
        case "username":
            return str(answers["email"]).partition("@")[0]
        case _:
            initial = field.initial() if callable(field.initial) else field.initial
            return str(initial or "")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _has_keyboard() -> bool:
    return sys.stdin.isatty()
