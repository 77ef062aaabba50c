"""Rendering anew: the HTML of a comment by today's rules; its words and its state stay."""

from __future__ import annotations

from django.db import transaction

from comments import finding, sanitize
from comments.models import Comment
from ledger.record import Actor, record


def rerender(comment: Comment) -> bool:
    """Render the text of a comment by today's rules, and return whether its HTML changed."""
    with transaction.atomic():
        comment = Comment.objects.select_for_update(of=("self",), no_key=True).get(pk=comment.pk)
        made = sanitize.render_stored(comment.body)
        has_changed = made.html != comment.body_html
        comment.body_html, comment.is_suspect = made.html, made.is_suspect
        comment.sanitizer = sanitize.VERSION
        comment.save(update_fields=["body_html", "is_suspect", "sanitizer"])
        if has_changed:
            finding.refresh([comment])
            facts = {"sanitizer": sanitize.VERSION}
            record(
                "rerender",
                f"comments.comment:{comment.pk}",
                by=Actor.system("command"),
                facts=facts,
            )
    return has_changed
