"""The queue's pages, and the stock changelist over the same rows."""

import re
from collections import Counter
from html import unescape
from itertools import chain

from tests.bench.measuring import Figures, Server, of_page, person

MOST_MS, MOST_SEARCH_MS = 30, 100
MOST_QUERIES, MOST_SIZE = 12, 25_000
PAGES = 500
NEXT = re.compile(r'<p class="more"><a href="([^"]+)"')
FIRST = re.compile(r'<article class="card" id="([^"]+)"')
TABS = ("pending", "approved", "spam", "trash", "second-look", "reported", "all")
OF_NOBODY = "lighthouse"
# An Author decides below own posts alone: as many as every tenth, or one.
SHARES = {"an Author of 1 in 10 posts: ": 10, "an Author of 1 post: ": None}


def measure(server: Server, times: int) -> list[Figures]:
    found = of_person(server, times)
    for who, share in SHARES.items():
        found += of_person(Server(author(share)), times, who)
    return found


def of_person(server: Server, times: int, who: str = "") -> list[Figures]:
    def page(name: str, path: str) -> Figures:
        return of_page(server, f"{who}{name}", path, times, MOST_MS)

    found = [page(f"{tab}, first page", address(tab)) for tab in TABS]
    found.append(page("pending, newest first", address("pending", sort="newest")))
    for tab in ("pending", "approved", "spam"):
        path, pages = walk(server, address(tab))
        found.append(page(f"{tab}, after {pages} times “next”", path))
    for figures in found:
        assert figures.queries <= MOST_QUERIES, figures
        assert figures.size <= MOST_SIZE, figures
    return found + searches(server, times, who)


def author(share: int | None):
    """Signed in, and named beside the author of so many posts; None: of the first."""
    from blog.models import Post, Role
    from comments.models import Comment

    user = person(f"bench-author-{share}", Role.AUTHOR)
    posts = Post.objects.order_by("pk")
    for status in ("pending", "approved", "spam"):
        posts = posts.filter(pk__in=Comment.objects.filter(status=status).values("post"))
    for post in posts[::share] if share else posts[:1]:
        post.bylines.get_or_create(user=user, defaults={"position": 1})
    return user


def address(tab: str, **options) -> str:
    from django.utils.http import urlencode

    return f"/moderation/?{urlencode({'tab': tab} | options)}"


def walk(server: Server, path: str) -> tuple[str, int]:
    """By the link itself, and each page begins elsewhere."""
    begun = set()
    for pages in range(PAGES + 1):
        page = server.get(path).decode()
        begun.add(FIRST.search(page)[1])
        assert len(begun) == pages + 1
        following = NEXT.search(page)
        if not following or pages == PAGES:
            return path, pages
        path = "/moderation/" + unescape(following[1])
    raise AssertionError("no page was read")


def searches(server: Server, times: int, who: str = "") -> list[Figures]:
    """Where the queue has a search."""
    if 'type="search"' not in server.get(address("pending")).decode():
        print("The queue has no search yet: not measured.")
        return []
    from comments.models import Comment

    mine = Comment.objects.decidable_by(server.user).filter(status="pending")
    one = mine.values("author_email", "network")[0]
    found = []
    for what, text, tabs in (
        ("an e-mail", one["author_email"], TABS),
        ("a network", one["network"], TABS),
        *((what, text, TABS) for what, text in texts(mine)),
    ):
        if text != OF_NOBODY:
            assert FIRST.search(server.get(address("pending", q=text)).decode()), text
        for tab in tabs:
            path, name = address(tab, q=text), f"{who}{tab}, search for {what}"
            found.append(of_page(server, name, path, times, MOST_SEARCH_MS))
    return found


def texts(comments) -> list[tuple[str, str]]:
    """To look for: as common and as rare as these comments have them."""
    from blog.search.query import BEGUN

    said = [body.lower() for body in comments.values_list("body", flat=True)[:2_000]]
    words = [re.findall(r"[a-z]+", body) for body in said]
    by_count = [word for word, _n in Counter(chain.from_iterable(map(set, words))).most_common()]
    begun = [word for word in by_count if len(word) >= BEGUN]
    pair = max((w for w in words if len(w) > 1), key=len)[:2]
    return [
        ("the most common word", by_count[0]),
        ("the most common beginning", begun[0]),
        ("a rare word", begun[-1]),
        ("a common and a rare word", f"{by_count[0]} {begun[-1]}"),
        ("two words of one comment", " ".join(pair)),
        ("a phrase", f'"{" ".join(pair)}"'),
        ("a word of nobody", OF_NOBODY),
    ]


def measure_stock(server: Server, times: int) -> list[Figures]:
    from django.test import override_settings

    from comments.models import Comment

    far = min(251, Comment.objects.filter(status="spam").count() // 100)
    start = "/stock/comments/comment/"
    with override_settings(ROOT_URLCONF="tests.bench.stock_admin"):
        return [
            of_page(server, f"stock changelist{name}", start + query, times)
            for name, query in (
                ("", ""),
                (", pending", "?status__exact=pending"),
                (", spam", "?status__exact=spam"),
                (f", spam, page {far} of 100 rows", f"?status__exact=spam&p={far}"),
                (", search for an e-mail", "?q=u77@example.com"),
            )
        ]
