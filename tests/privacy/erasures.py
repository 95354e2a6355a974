"""Rows with an unusual word for each way in which a text is erased, and the presses that do it.

test_traces.py runs this in a process of its own, on a database in a file.
"""

import random
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from blog.models import Post, Role
from comments.models import Comment, Mail
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user

WAYS = (
    *("withdrawn", "evidence", "by address", "by address, answered", "edited", "mail"),
    *("spam", "spam, answered", "by age", "below a deleted post", "deleted post", "old draft"),
)
ANA = "ana@example.net"


def unusual(way: str) -> str:
    """A word whose end is in no other word: FTS5 keeps a word without the beginning that it
    shares with its neighbour."""
    letters = "".join(random.Random(way).choices("bcdfgjkpqvwxz", k=16))  # noqa: S311
    return f"{letters[:8]}ø{letters[8:]}"


def write() -> None:
    now, old = timezone.now(), timezone.now() - timedelta(days=400)
    kept = make_post(body="A text that stays, with words that stay.")
    for number in range(60):
        make_comment(kept, body=f"Comment {number} stays, and all its words stay.")
    # The name stays after a withdrawal.
    comment("withdrawn", kept, author_name="Withdrawn", status="approved")
    comment("evidence", kept, author_name="Evidence", kept_because="a threat")
    comment("by address", kept, author_email=ANA, status="approved")
    answered = comment("by address, answered", kept, author_email=ANA, status="approved")
    make_comment(parent=answered, body="An answer that stays.")
    edited = make_comment(kept, author_email=ANA, body="This word is harmless.")
    edited.edits.create(body=unusual("edited"), created_at=now)
    Mail.objects.queue("letter", ANA, key="a", comment=edited, text=unusual("mail"))
    comment("spam", kept, status="spam")
    make_comment(parent=comment("spam, answered", kept, status="spam"), body="It stays.")
    comment("by age", kept, status="trash", status_at=old, submitted_at=old)
    post = make_post(title="Gone", deck="A deck", body=unusual("deleted post"))
    comment("below a deleted post", post, status="approved")
    post.revisions.create(kind="save", fields={"body": unusual("old draft")})
    Post.objects.filter(pk=post.pk).update(status="trash", trashed_at=now)


def comment(way: str, post: Post, **fields) -> Comment:
    word = unusual(way)
    texts = {
        "author_name": f"Ana {word}",
        "body": f"Was it {word}?",
        "submission": {"comment_content": word, "comment_author": word},
        "held_because": [["words", word]],
    }
    return make_comment(post, **texts | fields)


def press() -> None:
    """Every way but the one by age, which is the worker's."""
    reader, administrator = (Client(SERVER_NAME="127.0.0.1") for _person in range(2))
    administrator.force_login(make_user(Role.ADMINISTRATOR))
    withdrawn, kept = (Comment.objects.get(author_name=name) for name in ("Withdrawn", "Evidence"))
    for own in (withdrawn, kept):
        _send(reader, f"/comments/{cookies.sign(own)}/", withdraw="1")
    _send(administrator, f"/moderation/{kept.public_id}/evidence/", release="1")
    _send(administrator, "/moderation/privacy/", email=ANA, again=ANA, erase="1")
    _send(administrator, "/moderation/empty/", tab="spam", before=timezone.now().isoformat())
    post = Post.objects.get(title="Gone")
    _send(administrator, f"/admin/blog/post/{post.pk}/delete/", _version=str(post.version))


def _send(client: Client, address: str, **fields) -> None:
    response = client.post(address, fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code in (200, 302, 303), (address, response.status_code)
