"""The search over many posts: the CPU of the server for a page, as a multiple of a bare Django
answer behind the same server, in one run; and a reader's page beside a bot that searches.

python -m tests.bench.search [posts]

On the database of DATABASE_URL, or on SQLite in a temporary folder. PostgreSQL's must be empty; the
CPU of its own processes is not counted.
"""

import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.server import Server
from tests.site import ROOT

ROUNDS, PAGES_A_ROUND, BARE_A_ROUND = 5, 40, 500
WORDS_OF_A_POST = 900
SEARCHES_A_SECOND, SECONDS = 50, 20
# Multiples of a bare answer.
MOST = {"rare": 150, "common": 300}


def main(posts: int) -> None:
    database = os.environ.get("DATABASE_URL", "")
    more = {"DATABASE_URL": database} if database else {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        from comments.worker.sweep import measure_tables

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        words = load(posts)
        measure_tables()
        pages = {"home": "/", "without words": "/search/"}
        pages |= {name: f"/search/?{urlencode({'q': typed})}" for name, typed in words.items()}
        site = Server(Path(folder), "config.server.bridge:make_application", **more).start()
        bare = Server(Path(folder), "tests.bare_django:make_bare").start()
        try:
            compare(Asker(site), Asker(bare), pages)
            beside_a_bot(site, "/2020/01/post-0/", pages["common"])
        finally:
            site.stop()
            bare.stop()


def compare(site: "Asker", bare: "Asker", pages: dict[str, str]) -> None:
    ratios: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(ROUNDS):
        for name, path in pages.items():
            least = bare.cpu("/", BARE_A_ROUND)
            ratios[name].append(site.cpu(path, PAGES_A_ROUND) / least)
    for name, found in ratios.items():
        limit = f"at most {MOST[name]}" if name in MOST else ""
        print(f"{name:16}{median(found):6.0f} bare answers  {limit}")


def beside_a_bot(site: Server, page: str, search: str) -> None:
    alone = Asker(site).times(page, SECONDS)
    asked: list[float] = []
    bot = threading.Thread(target=lambda: asked.extend(search_often(site, search)))
    bot.start()
    beside = Asker(site).times(page, SECONDS)
    bot.join()
    print(
        f"A reader waits {1000 * median(alone):.1f} ms, beside {len(asked) / SECONDS:.0f} searches"
        f" a second {1000 * median(beside):.1f} ms: {median(beside) / median(alone):.2f} times"
    )


def search_often(site: Server, search: str) -> list[float]:
    """From a process of its own: a thread of this one would make the reader wait."""
    code = "import sys; from tests.bench.search import hurry; hurry(*sys.argv[1:])"
    run = subprocess.run(
        [sys.executable, "-c", code, str(site.port), search],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [float(line) for line in run.stdout.split()]


def hurry(port: str, search: str) -> None:
    """Print the seconds that each search took. A late one does not wait for the one before."""
    askers = [threading.Thread(target=one_of_many, args=(port, search)) for _n in range(10)]
    for asker in askers:
        asker.start()
        time.sleep(1 / SEARCHES_A_SECOND)
    for asker in askers:
        asker.join()


def one_of_many(port: str, search: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    begun = time.monotonic()
    for number in range(SEARCHES_A_SECOND * SECONDS // 10):
        time.sleep(max(0.0, begun + number * 10 / SEARCHES_A_SECOND - time.monotonic()))
        start = time.monotonic()
        ask(connection, search)
        sys.stdout.write(f"{time.monotonic() - start}\n")


def ask(connection, path: str) -> None:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)


class Asker:
    """Asks a server for a page again and again, on one connection."""

    def __init__(self, server: Server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def cpu(self, path: str, times: int) -> float:
        """Return the seconds of the server's CPU for one answer."""
        ask(self.connection, path)
        before = cpu_of(self.server.process.pid)
        for _time in range(times):
            ask(self.connection, path)
        return (cpu_of(self.server.process.pid) - before) / times

    def times(self, path: str, seconds: int) -> list[float]:
        """Return how long each answer took. A reader pauses between two pages."""
        ask(self.connection, path)
        took, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.monotonic()
            ask(self.connection, path)
            took.append(time.monotonic() - start)
            time.sleep(0.05)
        return took


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU of a process and its children."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu_of(int(child)) for child in children)


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


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
