"""Colleagues are invited, changed and disabled in the admin; nobody climbs higher than she stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import outbox, roles
from blog.models import Outbox
from blog.refusal import Refused
from config import accounts
from ledger.models import Entry
from tests.config.conftest import PASSWORD, make_user

ADD = "/admin/auth/user/add/"
LIST = "/admin/auth/user/"
INVITATION = {"name": "Wim Writer", "email": "Wim@Example.com", "roles": [roles.WRITER]}


def sign_in(user: User) -> Client:
    client = Client()
    assert client.login(username=user.username, password=PASSWORD)
    return client


def link_in_mail() -> str:
    outbox.send_due()
    found = re.search(r"http://testserver(/admin/reset/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose_password(link: str, password: str = "seven brass kettles sing") -> int:
    client = Client()
    page = client.get(link, follow=True)
    answer = client.post(
        page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}
    )
    return answer.status_code


def act(client: Client, action: str, *users: User) -> str:
    data = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(LIST, data, follow=True).content.decode()


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    form = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "roles": list(user.groups.values_list("name", flat=True)),
        "seen": accounts.fingerprint(user),
    }
    if user.is_superuser:
        form["is_superuser"] = "on"
    return {name: value for name, value in (form | changes).items() if value is not None}


def url_of(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def test_ceo_invites_a_colleague_who_chooses_a_password_and_signs_in(ceo: User) -> None:
    client = sign_in(ceo)
    assert "Invite a colleague" in client.get(LIST).content.decode()
    assert "Invite a colleague" in client.get(ADD).content.decode()

    assert client.post(ADD, INVITATION).status_code == 302

    user = User.objects.get(username="wim@example.com")
    assert user.get_full_name() == "Wim Writer"
    assert user.is_staff
    assert not user.is_superuser
    assert not user.has_usable_password()
    assert set(user.groups.values_list("name", flat=True)) == {roles.WRITER}

    assert choose_password(link_in_mail()) == 302
    (sent,) = mail.outbox
    assert sent.subject == "Carla invites you to Letters from the shop floor"
    assert sent.reply_to == ["carla@example.com"]
    assert Client().login(username="wim@example.com", password="seven brass kettles sing")


def test_invited_person_reads_of_choosing_a_password_not_of_a_reset(ceo: User) -> None:
    sign_in(ceo).post(ADD, INVITATION)
    client = Client()
    link = client.get(link_in_mail(), follow=True)
    page = link.content.decode()
    assert "<h1>Choose a password</h1>" in page
    assert "wim@example.com" in page
    password = "seven brass kettles sing"
    new = {"new_password1": password, "new_password2": password}
    done = client.post(link.request["PATH_INFO"], new, follow=True).content.decode()
    assert "<h1>Your password is set</h1>" in done
    assert "reset" not in re.sub(r"<[^>]*>", "", page + done).lower()


def test_invitation_is_recorded_without_name_and_address(ceo: User) -> None:
    sign_in(ceo).post(ADD, INVITATION)
    entry = Entry.objects.get(verb="invite")
    user = User.objects.get(username="wim@example.com")
    assert (entry.actor, entry.subject) == (ceo.pk, f"auth.user:{user.pk}")
    assert entry.facts == {"roles": [roles.WRITER]}


def test_link_of_an_invitation_works_once(ceo: User) -> None:
    sign_in(ceo).post(ADD, INVITATION)
    link = link_in_mail()
    choose_password(link)
    assert "This link has ended" in Client().get(link, follow=True).content.decode()


def test_link_of_an_invitation_ends_after_three_days(ceo: User) -> None:
    sign_in(ceo).post(ADD, INVITATION)
    link = link_in_mail()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert "This link has ended" in Client().get(link, follow=True).content.decode()


def test_link_leaves_no_trace_in_the_database_after_sending(ceo: User) -> None:
    sign_in(ceo).post(ADD, INVITATION)
    link_in_mail()
    assert not Outbox.objects.exclude(text="").exists()


def test_invitation_sent_again_ends_the_older_link(ceo: User) -> None:
    client = sign_in(ceo)
    client.post(ADD, INVITATION)
    older = link_in_mail()
    act(client, "send_invitation_again", User.objects.get(username="wim@example.com"))
    newer = link_in_mail()
    assert "This link has ended" in Client().get(older, follow=True).content.decode()
    assert choose_password(newer) == 302
    assert Entry.objects.filter(verb="invite_again").count() == 1


def test_invitation_is_not_sent_again_to_who_has_a_password(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    page = act(sign_in(ceo), "send_invitation_again", writer)
    assert "is not waiting for an invitation" in page
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Write the person&#x27;s name."),
        ({"email": "wim"}, "Enter a valid email address."),
        ({"email": f"{'w' * 60}@{'x' * 60}.{'y' * 60}.com"}, "at most 150 characters"),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["King"]}, "King is not one of the available choices."),
    ],
)
def test_wrong_invitation_is_explained(ceo: User, change: dict[str, Any], sentence: str) -> None:
    page = sign_in(ceo).post(ADD, INVITATION | change).content.decode()
    assert sentence in page
    assert not Outbox.objects.exists()


def test_address_that_has_an_account_is_not_invited_again(ceo: User) -> None:
    make_user("writer", roles.WRITER)
    page = sign_in(ceo).post(ADD, INVITATION | {"email": "WRITER@example.com"}).content.decode()
    assert "This address has an account already." in page
    assert 'value="Wim Writer"' in page
    assert re.search(r'value="Writer"[^>]*\schecked', page)


def test_invitation_is_confirmed_once_and_the_next_can_follow(ceo: User) -> None:
    client = sign_in(ceo)
    page = client.post(ADD, INVITATION, follow=True)
    assert [str(told) for told in page.context["messages"]] == [
        "The invitation goes to Wim@example.com."
    ]
    assert page.request["PATH_INFO"] == LIST
    another = INVITATION | {"email": "ada@example.com", "_addanother": "1"}
    assert client.post(ADD, another).headers["Location"] == ADD


def test_list_of_colleagues_speaks_of_people_and_can_show_one_role(ceo: User) -> None:
    make_user("writer", roles.WRITER)
    client = sign_in(ceo)
    page = client.get(LIST).content.decode()
    assert "<h1>Colleagues</h1>" in page
    page = re.sub(r"<[^>]*>", " ", page)
    for leftover in ("Select user", "Get full name", "users", "groups"):
        assert leftover not in page
    assert "3 colleagues" in page
    writers = client.get(LIST, {"role": roles.WRITER}).context["cl"].queryset
    assert [user.username for user in writers] == ["writer"]


@pytest.mark.django_db(transaction=True)
def test_same_address_invited_twice_at_once_gets_one_account(run_together: Any) -> None:
    root = make_user("root", is_superuser=True)

    def invite(number: int) -> object:
        return accounts.invite("Wim", "wim@example.com", [roles.WRITER], by=root)

    results = run_together(4, invite)
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert User.objects.filter(email="wim@example.com").count() == 1


@pytest.mark.parametrize("role", [roles.WRITER, roles.COUNSEL, roles.MODERATOR, roles.AUDITOR])
def test_only_ceo_and_administrators_see_accounts(ceo: User, role: str) -> None:
    client = sign_in(make_user("other", role))
    assert client.get(LIST).status_code == 403
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, INVITATION).status_code == 403
    assert client.get(url_of(ceo)).status_code == 403


def test_verb_refuses_who_may_not_invite(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    with pytest.raises(Refused, match="may not invite"):
        accounts.invite("Wim", "wim@example.com", [roles.WRITER], by=writer)


def test_ceo_changes_roles_and_the_record_says_so(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    sign_in(ceo).post(url_of(writer), form_of(writer, roles=[roles.WRITER, roles.MODERATOR]))
    assert roles.has_role(writer, roles.MODERATOR)
    entry = Entry.objects.get(verb="change_account")
    assert entry.facts == {"roles": {"from": ["Writer"], "to": ["Moderator", "Writer"]}}


def test_saving_an_account_unchanged_records_nothing(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    sign_in(ceo).post(url_of(writer), form_of(writer))
    assert not Entry.objects.filter(verb="change_account").exists()


@pytest.mark.parametrize(
    "taken", [{"roles": [roles.WRITER]}, {"is_superuser": None}, {"email": "new@example.com"}]
)
def test_older_form_does_not_give_back_what_was_taken(ceo: User, taken: dict[str, Any]) -> None:
    sam = make_user("sam", roles.WRITER, roles.CEO, is_superuser=True)
    one, other = (sign_in(make_user(name, is_superuser=True)) for name in ("one", "other"))
    form = other.get(url_of(sam)).context["adminform"].form
    older = form_of(sam, first_name="Samuel", seen=form.initial["seen"])

    one.post(url_of(sam), form_of(sam, **taken))
    sam = User.objects.get(pk=sam.pk)
    now = accounts.fingerprint(sam)

    page = other.post(url_of(sam), older, follow=True).content.decode()

    assert "Somebody changed this account meanwhile." in page
    assert now in page
    assert accounts.fingerprint(User.objects.get(pk=sam.pk)) == now
    assert Entry.objects.filter(verb="change_account").count() == 1


def test_form_that_does_not_say_what_was_seen_changes_nothing(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    page = sign_in(ceo).post(url_of(writer), form_of(writer, roles=[], seen=None), follow=True)
    assert "Somebody changed this account meanwhile." in page.content.decode()
    assert roles.has_role(writer, roles.WRITER)


def test_ceo_cannot_make_herself_administrator(ceo: User) -> None:
    client = sign_in(ceo)
    assert "is_superuser" not in client.get(url_of(ceo)).content.decode()
    client.post(url_of(ceo), form_of(ceo, is_superuser="on"))
    ceo.refresh_from_db()
    assert not ceo.is_superuser


def test_ceo_cannot_give_herself_permissions_by_forged_fields(ceo: User) -> None:
    client = sign_in(ceo)
    forged = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"], "groups": ["1"]}
    client.post(url_of(ceo), form_of(ceo) | forged)
    client.post(ADD, INVITATION | forged)
    for user in User.objects.exclude(username="root"):
        assert not user.is_superuser
        assert not user.user_permissions.exists()


def test_ceo_cannot_touch_an_administrator(ceo: User) -> None:
    root = User.objects.get(username="root")
    client = sign_in(ceo)
    assert client.post(url_of(root), form_of(root, email="mine@example.com")).status_code == 403
    assert "Only an administrator" in act(client, "disable", root)
    root.refresh_from_db()
    assert root.email == "root@example.com"
    assert root.is_active


def test_ceo_cannot_take_over_the_mailbox_of_counsel(ceo: User) -> None:
    counsel = make_user("counsel", roles.COUNSEL)
    sign_in(ceo).post(url_of(counsel), form_of(counsel, email="mine@example.com"))
    counsel.refresh_from_db()
    assert counsel.email == "counsel@example.com"
    with pytest.raises(Refused, match="address of somebody else"):
        accounts.change(
            counsel,
            by=ceo,
            seen=accounts.fingerprint(counsel),
            name=("Counsel", ""),
            email="mine@example.com",
            to_roles=[roles.COUNSEL],
            is_superuser=False,
        )


def test_nobody_sets_the_password_of_another(ceo: User) -> None:
    root = sign_in(User.objects.get(username="root"))
    assert root.get(f"/admin/auth/user/{ceo.pk}/password/").status_code in {302, 404}
    assert "password" not in root.get(url_of(ceo)).context["adminform"].form.fields


def test_administrator_changes_an_address_and_the_old_one_is_told(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    root = sign_in(User.objects.get(username="root"))
    root.post(url_of(writer), form_of(writer, email="new@example.com"))
    writer.refresh_from_db()
    assert writer.email == "new@example.com"
    outbox.send_due()
    assert mail.outbox[0].to == ["writer@example.com"]
    assert Entry.objects.get(verb="change_account").facts == {"email": "changed"}


def test_administrator_names_another_and_steps_down(ceo: User) -> None:
    root = User.objects.get(username="root")
    client = sign_in(root)
    client.post(url_of(ceo), form_of(ceo, is_superuser="on"))
    ceo.refresh_from_db()
    assert ceo.is_superuser
    client.post(url_of(root), form_of(root, is_superuser=None))
    root.refresh_from_db()
    assert not root.is_superuser


def test_last_administrator_cannot_step_down(ceo: User) -> None:
    root = User.objects.get(username="root")
    page = sign_in(root).post(url_of(root), form_of(root, is_superuser=None), follow=True)
    assert "This is the last administrator." in page.content.decode()
    root.refresh_from_db()
    assert root.is_superuser


def test_disabled_account_is_out_at_once_and_for_good(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    theirs = sign_in(writer)
    assert theirs.get("/admin/").status_code == 200

    assert "Disabled: writer" in act(sign_in(ceo), "disable", writer)

    assert theirs.get("/admin/").status_code == 302
    assert not Client().login(username="writer", password=PASSWORD)
    assert Entry.objects.get(verb="disable_account").subject == f"auth.user:{writer.pk}"

    act(sign_in(ceo), "enable", writer)
    assert theirs.get("/admin/").status_code == 302
    assert Client().login(username="writer", password=PASSWORD)
    assert Entry.objects.filter(verb="enable_account").count() == 1


def test_disabling_one_leaves_the_others_signed_in(ceo: User) -> None:
    client = sign_in(ceo)
    act(client, "disable", make_user("writer", roles.WRITER))
    assert Session.objects.count() == 1
    assert client.get("/admin/").status_code == 200


def test_nobody_disables_herself(ceo: User) -> None:
    assert "Nobody disables her own account." in act(sign_in(ceo), "disable", ceo)


def test_last_active_administrator_cannot_be_disabled(ceo: User) -> None:
    root = User.objects.get(username="root")
    other = make_user("other", is_superuser=True)
    # Somebody has disabled root since her request began.
    User.objects.filter(pk=root.pk).update(is_active=False)
    with pytest.raises(Refused, match="last administrator"):
        accounts.disable(other, by=root)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_disable_each_other_at_once(run_together: Any) -> None:
    pair = [make_user(name, is_superuser=True) for name in ("one", "two")]
    results = run_together(2, lambda number: accounts.disable(pair[1 - number], by=pair[number]))
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
    assert sum(isinstance(result, Refused) for result in results) == 1


def test_nobody_is_deleted(ceo: User) -> None:
    writer = make_user("writer", roles.WRITER)
    root = sign_in(User.objects.get(username="root"))
    assert root.post(f"/admin/auth/user/{writer.pk}/delete/", {"post": "yes"}).status_code == 403
    act(root, "delete_selected", writer)
    assert User.objects.filter(pk=writer.pk).exists()


@pytest.mark.django_db
def test_nobody_gives_herself_a_role() -> None:
    ceo = make_user("ceo", roles.CEO)
    with pytest.raises(Refused, match="gives herself a role"):
        accounts.change(
            ceo,
            by=ceo,
            seen=accounts.fingerprint(ceo),
            name=("", ""),
            email=ceo.email,
            to_roles=[roles.CEO, roles.COUNSEL],
            is_superuser=False,
        )
    assert set(ceo.groups.values_list("name", flat=True)) == {roles.CEO}
