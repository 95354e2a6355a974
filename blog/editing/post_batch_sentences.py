"""Sentences about changes of many posts."""

from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.editing.post_batches import IN_TRASH, NO_RIGHT, Wish
from blog.models import Post, PostBatch
from blog.models.post_batch import CHANGED_SINCE, IS_GONE, Act, Outcome
from blog.text.characters import isolated

MOST_NAMED = 5


def value_of(wish: Wish) -> str:
    return isolated(wish.author) if wish.author else isolated(wish.tag)


def button(act: Act, value: str, count: int) -> str:
    sentences = {
        Act.LABEL: ngettext(
            "Set the label “%(value)s” on %(n)s post",
            "Set the label “%(value)s” on %(n)s posts",
            count,
        ),
        Act.ADD_TAG: ngettext(
            "Add “%(value)s” to %(n)s post", "Add “%(value)s” to %(n)s posts", count
        ),
        Act.TAKE_TAG: ngettext(
            "Take “%(value)s” away from %(n)s post",
            "Take “%(value)s” away from %(n)s posts",
            count,
        ),
        Act.AUTHOR: ngettext(
            "Make %(value)s the author of %(n)s post",
            "Make %(value)s the author of %(n)s posts",
            count,
        ),
        Act.CLOSE: ngettext("Close comments on %(n)s post", "Close comments on %(n)s posts", count),
        Act.OPEN: ngettext("Open comments on %(n)s post", "Open comments on %(n)s posts", count),
        Act.TRASH: ngettext("Move %(n)s post to trash", "Move %(n)s posts to trash", count),
        Act.RESTORE: ngettext(
            "Take %(n)s post out of the trash", "Take %(n)s posts out of the trash", count
        ),
    }
    return sentences[act] % {"value": value, "n": f"{count:,}"}


def done(act: Act, value: str, count: int) -> str:
    sentences = {
        Act.LABEL: ngettext(
            "%(n)s post has the label “%(value)s” now.",
            "%(n)s posts have the label “%(value)s” now.",
            count,
        ),
        Act.ADD_TAG: ngettext(
            "“%(value)s” was added to %(n)s post.", "“%(value)s” was added to %(n)s posts.", count
        ),
        Act.TAKE_TAG: ngettext(
            "“%(value)s” was taken away from %(n)s post.",
            "“%(value)s” was taken away from %(n)s posts.",
            count,
        ),
        Act.AUTHOR: ngettext(
            "%(value)s is the author of %(n)s post now.",
            "%(value)s is the author of %(n)s posts now.",
            count,
        ),
        Act.CLOSE: ngettext(
            "Comments are closed on %(n)s post.", "Comments are closed on %(n)s posts.", count
        ),
        Act.OPEN: ngettext(
            "Comments are open on %(n)s post.", "Comments are open on %(n)s posts.", count
        ),
        Act.TRASH: ngettext(
            "%(n)s post was moved to trash.", "%(n)s posts were moved to trash.", count
        ),
        Act.RESTORE: ngettext(
            "%(n)s post was taken out of the trash.",
            "%(n)s posts were taken out of the trash.",
            count,
        ),
    }
    return sentences[act] % {"value": value, "n": f"{count:,}"}


def done_again(outcome: Outcome) -> str:
    batch = outcome.batch
    sentence = done(Act(batch.act), isolated(batch.value), len(outcome.changed))
    return f"{sentence} {_('The form was sent twice; it was applied once.')}"


def undo_button(count: int) -> str:
    return ngettext("Undo it on %(n)s post", "Undo it on %(n)s posts", count) % {"n": f"{count:,}"}


def undone(count: int) -> str:
    sentence = ngettext(
        "Undone: %(n)s post is as it was.", "Undone: %(n)s posts are as they were.", count
    )
    return sentence % {"n": f"{count:,}"}


def stays(reason: str, act: Act, count: int) -> str:
    """Say of how many posts nothing is changed, and why."""
    sentences = {
        NO_RIGHT: ngettext(
            "%(n)s post stays as it is: your account may not do this with it.",
            "%(n)s posts stay as they are: your account may not do this with them.",
            count,
        ),
        IN_TRASH: ngettext(
            "%(n)s post is in the trash and stays as it is.",
            "%(n)s posts are in the trash and stay as they are.",
            count,
        ),
        IS_GONE: ngettext(
            "%(n)s post is no longer there.", "%(n)s posts are no longer there.", count
        ),
        CHANGED_SINCE: ngettext(
            "%(n)s post was changed since and stays as it is.",
            "%(n)s posts were changed since and stay as they are.",
            count,
        ),
    }
    sentence = sentences.get(reason) or _is_so(act, count)
    return sentence % {"n": f"{count:,}"}


def _is_so(act: Act, count: int) -> str:
    return {
        Act.LABEL: ngettext(
            "%(n)s post has this label already.", "%(n)s posts have this label already.", count
        ),
        Act.ADD_TAG: ngettext(
            "%(n)s post has this tag already.", "%(n)s posts have this tag already.", count
        ),
        Act.TAKE_TAG: ngettext(
            "%(n)s post does not have this tag.", "%(n)s posts do not have this tag.", count
        ),
        Act.AUTHOR: ngettext(
            "%(n)s post has this author already.", "%(n)s posts have this author already.", count
        ),
        Act.CLOSE: ngettext(
            "Comments on %(n)s post are closed already.",
            "Comments on %(n)s posts are closed already.",
            count,
        ),
        Act.OPEN: ngettext(
            "Comments on %(n)s post are open already.",
            "Comments on %(n)s posts are open already.",
            count,
        ),
        Act.TRASH: ngettext(
            "%(n)s post is in the trash already.", "%(n)s posts are in the trash already.", count
        ),
        Act.RESTORE: ngettext(
            "%(n)s post is not in the trash.", "%(n)s posts are not in the trash.", count
        ),
    }[act]


def consequences(wish: Wish, posts: list[Post], is_new_tag: bool, now: datetime) -> list[str]:
    """Say what readers will notice of it."""
    found = []
    if wish.act == Act.TRASH:
        count = sum(post.is_visible(now) for post in posts)
        sentence = ngettext(
            "%(n)s of them is public: its readers will see “No longer here”.",
            "%(n)s of them are public: their readers will see “No longer here”.",
            count,
        )
        found += [sentence % {"n": f"{count:,}"}] * bool(count)
    if wish.act == Act.RESTORE:
        count = sum(_becomes_visible(post, now) for post in posts)
        sentence = ngettext(
            "%(n)s of them will be public again at once.",
            "%(n)s of them will be public again at once.",
            count,
        )
        found += [sentence % {"n": f"{count:,}"}] * bool(count)
    if wish.act == Act.LABEL:
        found.append(_("Posts that do not have it as a tag get it as a tag too."))
    if is_new_tag:
        found.append(_("No post has this tag yet: it is a new one."))
    return found


def _becomes_visible(post: Post, now: datetime) -> bool:
    as_before = Post(
        status=post.status_before_trash or Post.Status.DRAFT,
        published_at=post.published_at,
        expires_at=post.expires_at,
    )
    return as_before.is_visible(now)


def at_work(count: int, names: list[str]) -> str:
    """Warn of texts that other people have not saved yet."""
    if not count:
        return ""
    named = [isolated(name) for name in names[:MOST_NAMED]]
    if more := len(names) - len(named):
        named.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    sentence = ngettext(
        "Unsaved text of %(names)s waits in %(n)s of them. None of it is lost: whoever saves it"
        " afterwards is shown both versions.",
        "Unsaved text of %(names)s waits in %(n)s of them. None of it is lost: whoever saves it"
        " afterwards is shown both versions.",
        count,
    )
    return sentence % {"names": get_text_list(named, _("and")), "n": f"{count:,}"}


def too_many(count: int, most: int) -> str:
    sentence = _(
        "%(most)s posts at most can be changed at once, and you chose %(n)s. Nothing was changed."
        " Narrow the list, or tick fewer."
    )
    return sentence % {"most": f"{most:,}", "n": f"{count:,}"}


def revision_event(batch_verb: str, value: str) -> str:
    """Return what the revision did to the post; "" for a verb that is not one of these."""
    sentences = {
        Act.LABEL: _("Label set with other posts: %(value)s"),
        Act.ADD_TAG: _("Tag added with other posts: %(value)s"),
        Act.TAKE_TAG: _("Tag taken away with other posts: %(value)s"),
        Act.AUTHOR: _("Author set with other posts: %(value)s"),
        Act.CLOSE: _("Comments closed with other posts"),
        Act.OPEN: _("Comments opened with other posts"),
        "undo_many": _("A change of many posts undone"),
    }
    return sentences.get(batch_verb, "") % {"value": isolated(value)}


def described(batch: PostBatch) -> str:
    """Return what it did: “Add a tag: Sea”."""
    act = Act(batch.act).label
    if not batch.value:
        return str(act)
    return _("%(act)s: %(value)s") % {"act": act, "value": isolated(batch.value)}
