import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from blog.models import Post, User
from blog.writing import writing
from comments.management.loading import Loader

WHO = "bench"


class Command(BaseCommand):
    help = "Loads posts.jsonl and comments.jsonl of the generator, to measure with; never a site."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--force", action="store_true", help="although there are posts")

    def handle(self, *, folder, force, verbosity, **options):
        if missing := [n for n in ("posts", "comments") if not (folder / f"{n}.jsonl").is_file()]:
            raise CommandError(f"{folder} holds no {missing[0]}.jsonl.")
        if Post.objects.filter(kind=Post.Kind.POST).exists() and not force:
            raise CommandError("There are posts here already; --force loads these beside them.")
        _give_room()
        posts = _load_posts(folder / "posts.jsonl", _person())
        done = 0
        for done in Loader(posts, _person()).load(_lines(folder / "comments.jsonl")):  # noqa: B007
            if verbosity > 1:
                self.stdout.write(f"{done:,} comments")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if verbosity:
            self.stdout.write(f"Loaded {len(posts):,} posts and {done:,} comments.")


def _person() -> User:
    """Who wrote the posts and approved what is approved; nobody can sign in as this."""
    fields = {"display_name": "The bench", "gets_mail": False, "password": "!"}
    return User.objects.get_or_create(username=WHO, defaults=fields)[0]


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


def _give_room() -> None:
    """Fourteen indexes grow at random places: with SQLite's 2 MB each row waits for the disk."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -524288")
