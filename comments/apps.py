"""Comments: what readers answer, how it is checked, and who decides."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# What pages show of comments: those that are approved, and that a writer took hers back where others
# answered it. A new site also tells how it decides, by how many comments people have decided.
_SHOWN = "{row}.state IN ('approved', 'withdrawn')"
_ADDED = _SHOWN.format(row="NEW")
_ALTERED = (
    f"{_SHOWN.format(row='OLD')} OR {_ADDED}"
    " OR COALESCE(OLD.decided_by, -1) <> COALESCE(NEW.decided_by, -1)"
)
_MODERATES = ("view_comment", "moderate_comment")
_CHOOSES_MAIL = ("add_noticechoice", "change_noticechoice", "view_noticechoice")


def grant_to_roles(**kwargs: Any) -> None:
    """Give the roles of the newsroom what they may do with comments."""
    from blog import roles

    everybody = dict.fromkeys(roles.ROLES, ("view_comment", *_CHOOSES_MAIL))
    deciding = dict.fromkeys((roles.CEO, roles.MODERATOR), (*_MODERATES, *_CHOOSES_MAIL))
    roles.grant("comments", {**everybody, **deciding})


class CommentsConfig(AppConfig):
    """The discussion under every post."""

    name = "comments"
    verbose_name = _("Comments")

    def ready(self) -> None:
        """Name the roles' rights, the mail that is written when it is sent, and what may be found."""
        from blog import outbox
        from blog.page_store.shown import comments_shown
        from comments import correspondence, finding, guards, letters, notices
        from ledger.guards import register

        guards.register_all()
        finding.register_comments()
        register(*comments_shown("comments_comment", added=_ADDED, altered=_ALTERED))
        post_migrate.connect(grant_to_roles, sender=self, dispatch_uid="comments.roles")
        outbox.register_digest(notices.WAITING, notices.waiting_digest)
        outbox.register_digest(correspondence.CONFIRMING, letters.confirming_letter)
        outbox.register_digest(notices.DRAFT, notices.draft_letter)
        outbox.register_digest(correspondence.PRIVATE_ANSWER, letters.private_answer)
        for name, letter in (
            (correspondence.CONVERSATION, letters.conversation_letter),
            (correspondence.COLLECTED, letters.collected_letter),
        ):
            outbox.register_digest(name, letter, sent=letters.told)
