"""Everything stored about one e-mail address: rows, sentences, and a file to hand out."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import User
from blog.text.characters import isolated
from comments.models import Comment, Mail, Policy, Subscription
from comments.rules.email import normalized

COMMENT_FIELDS = (
    *("author_name", "author_email", "author_url", "body", "status", "submitted_at", "edited_at"),
    "revised_at",
    *("withdrawn_at", "ip", "network", "user_agent", "referrer", "screened", "screened_at"),
    *("held_because", "submission"),
)


def stored_rows(email: str) -> dict:
    email = normalized(email)
    return {
        "comments": Comment.objects.by_email(email).order_by("pk"),
        "subscriptions": Subscription.objects.filter(email__iexact=email).order_by("pk"),
        "mails": Mail.objects.filter(to__iexact=email).order_by("pk"),
        "accounts": User.objects.filter(email__iexact=email).order_by("pk"),
    }


def summary(email: str) -> list[str]:
    rows = stored_rows(email)
    comments, kept = rows["comments"].count(), rows["comments"].exclude(kept_because="").count()
    subscriptions, mails = rows["subscriptions"].count(), rows["mails"].count()
    sentences = [
        ngettext("%(n)d comment", "%(n)d comments", comments) % {"n": comments},
        ngettext("%(n)d subscription", "%(n)d subscriptions", subscriptions) % {"n": subscriptions},
        ngettext("%(n)d mail", "%(n)d mails", mails) % {"n": mails},
    ]
    if kept:
        sentence = ngettext(
            "%(n)d comment is kept as evidence and stays until that is released",
            "%(n)d comments are kept as evidence and stay until that is released",
            kept,
        )
        sentences.append(sentence % {"n": kept})
    return [*sentences, *blocked(email), *accounts(rows["accounts"])]


def is_blocked(email: str) -> bool:
    return Policy.stored().rules.blocks_author(email)


def blocked(email: str) -> list[str]:
    # The line stays: otherwise a blocked author would come back by being erased.
    if not is_blocked(email):
        return []
    return [_("The policy blocks this e-mail address; remove it there if it should not stay")]


def accounts(users) -> list[str]:
    sentence = _("The account “%(name)s” has this e-mail address; accounts are not changed here")
    return [sentence % {"name": isolated(user)} for user in users]


def export(email: str) -> dict:
    rows = stored_rows(email)
    comments = rows["comments"].select_related("post", "parent")
    comments = comments.prefetch_related("decisions", "edits", "reports")
    return {
        "email": normalized(email),
        "exported_at": timezone.now(),
        "comments": [_comment(comment) for comment in comments],
        "subscriptions": _about(rows["subscriptions"], "created_at", "confirmed_at", "ended_at"),
        "blocked_by_policy": is_blocked(email),
        "mails": _about(rows["mails"], "kind", "text", "created_at", "sent_at"),
    }


def _about(rows, *names: str) -> list[dict]:
    return [
        {"comment": row.comment and row.comment.public_id}
        | {name: getattr(row, name) for name in names}
        for row in rows.select_related("comment")
    ]


def _comment(comment) -> dict:
    # The decisions, without the moderators who made them.
    decisions = ("created_at", "old_status", "new_status", "reason", "by_a_person")
    return {
        "id": comment.public_id,
        "post": comment.post.url if comment.post.path else "",
        "answers": comment.parent and comment.parent.public_id,
        **{name: getattr(comment, name) for name in COMMENT_FIELDS},
        "kept_as_evidence": bool(comment.kept_because),
        "decisions": [{n: getattr(row, n) for n in decisions} for row in comment.decisions.all()],
        "earlier_texts": [
            {
                "until": row.created_at,
                "body": row.body,
                "author_name": row.author_name,
                "author_url": row.author_url,
                "changed_by": "moderator" if row.by_moderator else "author",
            }
            for row in comment.edits.all()
        ],
        "reports": [
            {"created_at": row.created_at, "words": row.words} for row in comment.reports.all()
        ],
    }
