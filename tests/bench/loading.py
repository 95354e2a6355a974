"""Posts and comments of a generated data set, a million of them within minutes; as they stand on a
site whose worker has cut what is old, and told the moderators what waits."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max
from django.utils import timezone

from blog.cache import versions
from blog.models import Post, User
from blog.text import markup
from blog.transactions import writing
from comments.check import akismet
from comments.models import Comment, Decision, comment_words
from comments.models.identifiers import new_identifier
from comments.privacy.purge import ADDRESS_DAYS
from comments.rules.holding import Facts, Rules, holding_reasons, network_of

USERNAME = "bench"
BATCH = 5_000
ADDRESS_AGE = timedelta(days=ADDRESS_DAYS)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

# What the renderer only puts into paragraphs and links, said here again because it needs 0.6 ms for
# a comment, ten minutes for all. A test compares the two.
LINK = r"https?://[a-z]+[0-9]*\.example/[a-z0-9]*"
PIECE = rf"(?:[A-Za-z0-9]+[.,]?|{LINK})"
PARAGRAPH = rf"{PIECE}(?: {PIECE})*"
PLAIN = re.compile(rf"{PARAGRAPH}(?:\n\n{PARAGRAPH})*")
LINKED = rf'<a href="\g<0>" rel="{markup.COMMENT_REL}">\g<0></a>'


def rendered(body: str) -> str:
    if not PLAIN.fullmatch(body):
        return markup.render_comment(body)
    html = re.sub(LINK, LINKED, body).replace("\n\n", "</p>\n<p>")
    return f"<p>{html}</p>"


def load(folder: Path) -> None:
    """posts.jsonl and comments.jsonl, beside what is there."""
    _enlarge_cache()
    person = _person()
    posts = _load_posts(folder / "posts.jsonl", person)
    Loader(posts, person).load(_lines(folder / "comments.jsonl"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _person() -> User:
    """The author of the posts, who approved what is approved; nobody can sign in as this."""
    fields = {"display_name": "The bench", "gets_mail": False, "password": "!"}
    return User.objects.get_or_create(username=USERNAME, defaults=fields)[0]


def _load_posts(file: Path, author: User) -> dict[int, Post]:
    posts = {}
    with writing():
        for row in _lines(file):
            post = Post(
                title=row["title"],
                slug=row["slug"],
                excerpt=row["excerpt"],
                body=row["body_md"],
                author=author,
                status=Post.Status.PUBLISHED,
                published_at=datetime.fromisoformat(row["published_at"]),
            )
            post.save()
            post.tags.set(row["tags"])
            post.choose_lead_tag(row["tags"])
            posts[row["id"]] = post
    return posts


def _lines(file: Path) -> Iterator[dict]:
    with open(file, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _enlarge_cache() -> None:
    """Fourteen indexes grow at random places: with SQLite's 2 MB each row waits for the disk."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -524288")


class Loader:
    """Keeps the order of the file: a parent comes before its answers."""

    def __init__(self, posts: dict, moderator):
        self.posts, self.moderator = posts, moderator
        self.first = Comment.objects.aggregate(Max("pk"))["pk__max"] or 0
        self.roots: dict[int, int] = {}
        self.cut_before = timezone.now() - ADDRESS_AGE

    def load(self, rows: Iterable[dict]) -> None:
        rows = iter(rows)
        while batch := [self._comment(row) for row in islice(rows, BATCH)]:
            with writing() as scopes:
                insert(Comment, batch)
                texts = {c.pk: [getattr(c, name) for name in comment_words.COLUMNS] for c in batch}
                words = {pk: comment_words.of_comment(*found) for pk, found in texts.items()}
                comment_words.INDEX.write(words)
                insert(Decision, [d for comment in batch for d in self._decisions(comment)])
                scopes.add(versions.COMMENTS)
                scopes.update(versions.of_post(comment.post_id) for comment in batch)
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), [Comment]):
                cursor.execute(sql)

    def _comment(self, row: dict) -> Comment:
        pk, post = self.first + row["id"], self.posts[row["post_id"]]
        parent = row["parent_id"] and self.first + row["parent_id"]
        if parent:
            self.roots[pk] = self.roots.get(parent, parent)
        at, html = datetime.fromisoformat(row["created_at"]), rendered(row["body"])
        said = {"name": row["author"], "email": row["email"], "body": row["body"]}
        verdict = "spam" if row["status"] == "spam" else "ham"
        comment = Comment(
            pk=pk,
            post=post,
            parent_id=parent,
            root_id=self.roots.get(pk),
            depth=row["level"],
            author_name=row["author"],
            author_email=row["email"],
            author_url=row["url"],
            body=row["body"],
            body_html=html,
            render_version=markup.RENDER_VERSION,
            status=row["status"],
            status_at=at,
            held_because=_reasons(row, html),
            screened=verdict,
            screened_at=at,
            checks=1,
            believed=verdict,
            digest=Comment.digest_of(post.pk, parent, said),
            text_digest=Comment.text_digest_of(row["body"]),
            submitted_at=at,
            told_at=at,
            ip=row["ip"],
            network=network_of(row["ip"]),
            user_agent=AGENT,
        )
        if at < self.cut_before:
            comment.ip, comment.user_agent, comment.cut_at = None, "", at + ADDRESS_AGE
        if row["status"] == "pending":
            # Of what was decided long ago it is not kept any more.
            comment.submission = _submission(comment)
        return comment

    def _decisions(self, comment: Comment) -> Iterator[Decision]:
        approved = comment.status == "approved"
        version = new_identifier() if approved else comment.version
        first = {"new_status": "pending" if approved else comment.status, "new_version": version}
        yield Decision(comment=comment, created_at=comment.submitted_at, **first)
        if approved:
            yield Decision(
                comment=comment,
                by=self.moderator,
                by_a_person=True,
                old_status="pending",
                new_status="approved",
                old_version=version,
                new_version=comment.version,
                created_at=comment.submitted_at,
            )


def insert(model: type[models.Model], rows: list) -> None:
    """bulk_create takes 23 comments a statement on SQLite, and four times as long."""
    fields = [f for f in model._meta.concrete_fields if rows[0].pk or not f.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for row in rows
    ]
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _reasons(row: dict, html: str) -> list[tuple[str, str]]:
    facts = Facts(row["author"], row["email"], row["url"], "", links=markup.count_links(html))
    return [(str(code), detail) for code, detail in holding_reasons(facts, Rules())]


def _submission(comment: Comment) -> dict:
    return akismet.submission(
        ip=comment.ip,
        user_agent=AGENT,
        referrer="",
        permalink=comment.post.url,
        kind="reply" if comment.parent_id else "comment",
        name=comment.author_name,
        email=comment.author_email,
        url=comment.author_url,
        body=comment.body,
        submitted_at=comment.submitted_at,
        post_modified_at=comment.post.modified_at,
        parent_id=comment.parent_id,
        language="en-GB",
        roles=[],
        trap_value="",
        topics=[],
        headers={},
    )
