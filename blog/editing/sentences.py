"""Messages to the editor after a button."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from blog.editing.pictures_and_links import dropped_addresses
from blog.models import Post
from blog.text.characters import isolated

MOST_ADDRESSES = 5


def after(button: str, post: Post) -> str:
    if button in ("_publish", "_schedule", "_update") and post.status == Post.Status.PUBLISHED:
        return _of_public(button, post)
    sentences = {
        "_draft": _("Saved as a draft."),
        "_review": _("Submitted for review."),
        "_send_back": _("Sent back to %(name)s.") % {"name": isolated(post.author)},
        "_update": _("Saved."),
        "_private": _("Made private. Only its authors and the editors can read it."),
        "_take_down": _("Taken down. It is a draft now."),
        "_trash": trashed(post),
        "_restore": _("Taken out of the trash. Now: %(status)s.") % {"status": post.status_words},
    }
    if button == "_take_down" and post.was_public:
        return _("Taken down. Readers now see “No longer here”.")
    # The form was sent again after somebody took the post down.
    since = _("This was done before. The post is now: %(status)s.") % {"status": post.status_words}
    return sentences.get(button, since)


def _of_public(button: str, post: Post) -> str:
    if post.is_scheduled(localtime()):
        return _("Scheduled for %(when)s.") % {"when": post.scheduled_words}
    if button == "_update":
        return _("Updated. Readers see this version now: %(url)s") % {"url": post.url}
    return _("Published. %(url)s") % {"url": post.url}


def about_text(body: str, *, is_plain: bool) -> list[str]:
    """Return sentences about parts of the text that readers do not get as typed."""
    return [*([shown_plain()] if is_plain else []), *about_addresses(body)]


def about_addresses(body: str) -> list[str]:
    addresses = dropped_addresses(body)
    return [_dropped(addresses)] if addresses else []


def shown_plain() -> str:
    return _(
        "The text could not be formatted: that takes too long, or it is nested too deeply. It is"
        " shown as plain paragraphs with all their marks. Nothing is lost: split the text, or"
        " remove some of its marks."
    )


def _dropped(addresses: list[str]) -> str:
    quoted = ", ".join(f"“{address[:80]}”" for address in addresses[:MOST_ADDRESSES])
    more = len(addresses) - MOST_ADDRESSES
    if more > 0:
        quoted = _("%(addresses)s and %(n)d more") % {"addresses": quoted, "n": more}
    message = _(
        "Readers get no link and no picture from %(addresses)s: a web address begins with https://"
        " or, on this site, with /."
    )
    return message % {"addresses": quoted}


def trashed(post: Post) -> str:
    if not post.deletion_day:
        return _("Moved to trash.")
    return _("Moved to trash. It will be deleted on %(day)s.") % {"day": post.deletion_day}


def time(moment: datetime) -> str:
    """14:03, or with its date on another day."""
    local = localtime(moment)
    is_today = local.date() == localtime().date()
    return date_format(local, "H:i" if is_today else "j F Y, H:i")
