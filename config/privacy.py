"""The first text of two pages, Privacy and Comment policy, written from what this site really does.

Every figure comes from the constant that the code itself obeys. The owner edits the text afterwards.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audience.privacy import NO_TRACKER, reading_text
from blog import outbox
from blog.models import Site
from blog.workflow import keeping
from comments import echoes, retention
from comments.moderation.editing import EDIT_WITHIN
from comments.sanitize import MAX_LENGTH
from newsletter.models import Newsletter
from newsletter.privacy import privacy_text as newsletter_text


def privacy_text(site: Site) -> str:
    """Return, as Markdown, what `site` stores about readers, why, and for how long. One query."""
    newsletter = f"{newsletter_text()}\n" if Newsletter.current().is_on else ""
    return _("""\
This page says what %(name)s keeps about you. It is short because we keep little.

## When you read

%(reading)s

## When you comment

- **Your name and your words.** They appear under the post once a person here has approved them; where
  comments are open, those of readers we know, or all that are clearly no spam, appear at once. We keep
  them for as long as they stand there, and you may ask us to erase them.
- **Your web address**, if you give one. It is linked from your name.
- **Your e-mail address**, if you give one. It is never shown. We use it to know you again when you
  write once more, and to answer a private note. You can confirm that it is yours by a link in a mail.
  We write to you about your comment, or about answers to it, only when you ask for that, and
  every such mail says how to end it.
- **A fingerprint of your network**, not your IP address. We keep it for
  %(network_days)s, to tell a flood of spam from a conversation, and then blank it.
  Counters against floods go after %(throttle_days)s.
- **What our spam filter noticed**, so that a person can check its judgement. What it learns from
  that person's decision is kept as numbers that hold no word, and is erased with you. When spam is
  blanked, the numbers of its name, address and links go too; those of its words stay, and nothing tells
  any more whose they were. Other numbers tell it for %(echo_days)s whether the same words come back;
  they go with your words. Nothing is sent to another company to be judged.

A note that you send only to the author is never published, unless you sign on its private page that
it may be.

What a person here has called spam is blanked %(spam_days)s later, name and address
included. So is what you withdraw, %(withdrawn_days)s later.

If you change a comment, we keep what it said before for %(settled_days)s. What you write
when you ask for a second look goes %(settled_days)s after it was decided.

## When you report a comment

We keep the reason, and what you add to it, with the fingerprint of your network: that goes after
%(network_days)s. What you added goes %(settled_days)s after we have
decided. We do not know who you are, and nobody tells the writer that it was you.

## When we write to you

We keep your address and the subject of the message for %(sent_days)s after it was sent,
so that we can see what went wrong if it did not arrive. Its text is deleted as soon as it has left.
News that could not be told for %(notice_days)s is dropped.

How often you want mail is kept for as long as a comment of yours is here. If you want none at all, we
keep your address on that list until you have it erased, so that nobody else can have mail sent to you.

%(newsletter)s## When you work here

Colleagues who sign in have an account with their name, e-mail address and role. A cookie keeps them
signed in for at most %(session_cookie_age)s. Who published, signed or decided what is
recorded, and the record is kept for good. It holds no words of readers. What is typed into a post and
not saved is kept for %(kept_days)s, for its writer alone.

Pictures in posts are shown without what a camera writes into them, such as the place. The original
files are kept and never shown.

## Your rights

You may ask what we hold about you, have it corrected, or have it erased. %(how_to_ask)s

You then get everything that stands under your e-mail address as a file, or all of it is erased: your
name, your words, what became of them, and our mail to you. Where others answered you, a line says that
a comment was removed. The record keeps that something was erased, when, and a fingerprint of the
address, so that an old copy does not bring it back. What you sent without an address you can withdraw
on its private page.
""") % {
        "reading": _reading(),
        "name": site.name,
        "network_days": _days(retention.NETWORK_DAYS),
        "throttle_days": _days(retention.THROTTLE_DAYS),
        "spam_days": _days(retention.SPAM_DAYS),
        "withdrawn_days": _days(retention.WITHDRAWN_DAYS),
        "settled_days": _days(retention.SETTLED_DAYS),
        "echo_days": _days(echoes.ECHO_DAYS),
        "sent_days": _days(outbox.SENT_DAYS),
        "notice_days": _days(retention.NOTICE_DAYS),
        "newsletter": newsletter,
        "session_cookie_age": _hours(settings.SESSION_COOKIE_AGE),
        "kept_days": _days(keeping.KEPT_DAYS),
        "how_to_ask": _how_to_ask(site),
    }


def comment_policy_text(site: Site) -> str:
    """Return, as Markdown, how comments on `site` are decided."""
    return _("""\
We want to hear from you, above all when you disagree. These are the rules, for you and for us.

## What happens to your comment

1. A filter looks for spam and writes down what it noticed.
2. A person reads your comment and decides. No program turns it down for good. Only where comments are
   open do those of readers we know, or all that are clearly no spam, appear at once.
3. After sending it you get a private address. It shows what became of it, and there you can change
   the words for %(edit_within)s, take them back, and ask once for a second look if we said no.

Or choose **only to the author**: such a note is read here, and published only if you sign for it.

## What we publish

Comments that are about the post and treat others as you would face to face. Criticism of us is
welcome, and we do not hide it.

## What we do not publish

- insults, threats, and contempt for people because of who they are
- advertising, and links that have nothing to do with the post
- other people's private details
- what would break the law

If we give a reason for turning a comment down, it stands on that private page.

## The small print

A comment has at most %(max_length)s characters. Your e-mail address is optional and never shown. If
you want your comment taken away, tell us. %(how_to_ask)s
""") % {
        "edit_within": _minutes(EDIT_WITHIN),
        "max_length": number_format(MAX_LENGTH, force_grouping=True),
        "how_to_ask": _how_to_ask(site),
    }


def _reading() -> str:
    if settings.COUNT_READS:
        return reading_text()
    return _("Nothing. %(no_tracker)s") % {"no_tracker": NO_TRACKER}


def _how_to_ask(site: Site) -> str:
    if site.contact_email:
        return _("Write to %(address)s.") % {
            "address": f"[{site.contact_email}](mailto:{site.contact_email})"
        }
    return _("Leave a note under any post and choose “only to the author”.")


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _minutes(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def _hours(seconds: int) -> str:
    hours = seconds // 3600
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
