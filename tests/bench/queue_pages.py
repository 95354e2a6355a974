"""The queue's pages, and the stock changelist over the same rows."""

import re
from html import unescape

from tests.bench.measuring import Figures, Server, of_page

MOST_MS, MOST_SEARCH_MS = 30, 100
MOST_QUERIES, MOST_SIZE = 10, 25_000
PAGES = 500
NEXT = re.compile(r'<p class="more"><a href="([^"]+)"')
FIRST = re.compile(r'<article class="card" id="([^"]+)"')
TABS = ("pending", "approved", "spam", "trash", "second-look", "reported")
# On which tabs each is to be quick: a text is searched where a person reads.
EVERYWHERE, READ = ("pending", "approved", "spam"), ("pending", "approved")


def measure(server: Server, times: int) -> list[Figures]:
    found = [of_page(server, f"{tab}, first page", address(tab), times, MOST_MS) for tab in TABS]
    newest = address("pending", sort="newest")
    found.append(of_page(server, "pending, newest first", newest, times, MOST_MS))
    for tab in ("pending", "approved", "spam"):
        path, pages = walk(server, address(tab))
        name = f"{tab}, after {pages} times “next”"
        found.append(of_page(server, name, path, times, MOST_MS))
    for figures in found:
        assert figures.queries <= MOST_QUERIES, figures
        assert figures.size <= MOST_SIZE, figures
    return found + searches(server, times)


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


def searches(server: Server, times: int) -> list[Figures]:
    """Where the queue has a search."""
    if 'type="search"' not in server.get(address("pending")).decode():
        print("The queue has no search yet: not measured.")
        return []
    from comments.models import Comment

    one = Comment.objects.filter(status="pending").values("author_email", "network")[0]
    found = []
    for what, text, tabs in (
        ("an e-mail", one["author_email"], EVERYWHERE),
        ("a network", one["network"], EVERYWHERE),
        ("a rare word", "lighthouse", READ),
        ("a common word", "which", READ),
    ):
        for tab in tabs:
            path, name = address(tab, q=text), f"{tab}, search for {what}"
            found.append(of_page(server, name, path, times, MOST_SEARCH_MS))
    return found


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
