"""The search over many posts, against a bare Django answer, in one run and without a server.

python -m tests.bench.search [posts]

On the database of DATABASE_URL, or on SQLite in a temporary folder. PostgreSQL's must be empty.
"""

import os
import random
import sys
import tempfile
import time

TIMES = 30
WORDS_OF_A_POST = 900


def main(posts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        words = load(posts)
        bare = milliseconds(bare_answer())
        print(f"{'a bare Django answer':36}{bare:7.2f} ms")
        for name, typed in {"the search without words": "", **words}.items():
            took = milliseconds(page(typed))
            print(f"{name:26}{typed:24} {took:7.1f} ms, {took / bare:5.0f} bare answers")


def load(posts: int) -> dict[str, str]:
    """Write posts of words that are as frequent as those of a language; return searches."""
    from datetime import timedelta

    from django.utils import timezone

    from blog.models import Post, Tag, User, post_words

    chance = random.Random(1)
    vocabulary = [f"{syllables(chance)}{n}" for n in range(20_000)]
    weights = [1 / (n + 1) for n in range(len(vocabulary))]
    author = User.objects.create_user("ana", display_name="Ana")
    tags = Tag.objects.named([f"Subject {n}" for n in range(50)])
    now = timezone.now()
    for start in range(0, posts, 500):
        rows = []
        for number in range(start, min(start + 500, posts)):
            text = " ".join(chance.choices(vocabulary, weights, k=WORDS_OF_A_POST))
            at = now - timedelta(hours=number + 1)
            rows.append(
                Post(
                    title=text[:60],
                    slug=f"post-{number}",
                    path=f"/2020/01/post-{number}/",
                    status="published",
                    published_at=at,
                    author=author,
                    body_html=f"<p>{text}</p>",
                    body_text=text,
                    auto_excerpt=text[:300],
                )
            )
        made = Post.objects.bulk_create(rows)
        through = Post.tags.through
        through.objects.bulk_create(
            through(content_object=post, tag=tag) for post in made for tag in chance.sample(tags, 3)
        )
    post_words.write(Post.objects.all())
    frequent = vocabulary[0]
    return {
        "rare": vocabulary[19_000],
        "common": frequent,
        "begun": frequent[:3],
        "two": f"{frequent} {vocabulary[1]}",
        "phrase": f'"{frequent} {vocabulary[1]}"',
        "without": f"{vocabulary[1]} -{vocabulary[5]}",
        "subject": f'tag:"Subject 7" {frequent}',
        "nothing": "zzzz",
    }


def syllables(chance) -> str:
    return "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _n in range(3))


def bare_answer():
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    class Urls:
        urlpatterns = [path("", lambda _request: HttpResponse("x"))]

    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=Urls):
        client = Client(SERVER_NAME="localhost")
        client.get("/")  # loads the handler with these settings

    def ask():
        with override_settings(ROOT_URLCONF=Urls):
            assert client.get("/").content == b"x"

    return ask


def page(typed: str):
    from django.test import Client

    client = Client(SERVER_NAME="localhost")

    def ask():
        assert client.get("/search/", {"q": typed}).status_code == 200

    return ask


def milliseconds(ask) -> float:
    ask()
    took = []
    for _time in range(TIMES):
        start = time.perf_counter()
        ask()
        took.append(time.perf_counter() - start)
    return 1000 * min(took)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
