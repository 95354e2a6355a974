"""A moderator finds a comment whatever became of it, and however its words were typed."""

from tests.e2e.conftest import press
from tests.e2e.test_every_page import assert_accessible

MAKE = """
from tests.factories import make_comment, make_post
post = make_post(title="On lighthouses, {word}")
make_comment(post, status="spam", author_name="Søren Lévêque {word}", body="The keeper {word}.")
make_comment(post, status="trash", author_name="Soren {word}", body="Gone.")
make_comment(post, body="Write to {word}@post.example, says {word}.")
for status in ("pending", "approved"):
    make_comment(post, status=status, ip="185.{number}.3.4", network="185.{number}.3.0/24")
"""


def test_find_a_comment_anywhere(view, site):
    number = sum(map(ord, view.scene)) % 200
    word = f"keeper{number}y"
    site.python(MAKE.format(word=word, number=number))
    mo = view.staff("mo")

    search(mo, f"Le\u0301ve\u0302que {word}")
    assert "Nothing found in this tab." in mo.locator(".empty").inner_text()
    assert counts(mo, "pending", "spam", "all") == ["0", "1", "1"]
    press(mo.locator("[data-tab=spam]"))
    assert marked(mo) == {"Lévêque", word}
    look_at(view, mo, "spam")

    search(mo, f"soren {word}")
    press(mo.locator("[data-tab=all]"))
    assert counts(mo, "spam", "trash", "all") == ["1", "1", "2"]
    trash, spam = mo.locator("article.card").all()
    assert "Trash" in trash.locator(".status").inner_text()
    assert "Spam" in spam.locator(".status").inner_text()
    assert marked(mo) == {"Søren", "Soren", word}
    look_at(view, mo, "all")

    search(mo, f"{word}@post.example")
    (card,) = mo.locator("article.card").all()
    assert card.locator(".body mark").inner_text() == f"{word}@post.example"
    assert card.locator(".status").inner_text() == "Pending"

    search(mo, f"185.{number}.")
    assert counts(mo, "pending", "approved", "all") == ["1", "1", "2"]
    assert f"network 185.{number}." in " ".join(mo.locator(".filtered").inner_text().split())
    look_at(view, mo, "network")


def search(page, text: str) -> None:
    if not page.get_by_role("search").is_visible():
        page.get_by_text("Search and filter").click()
    page.get_by_label("Words, name, e-mail or network").fill(text)
    press(page.get_by_role("search").get_by_role("button", name="Search"))


def counts(page, *tabs: str) -> list[str]:
    return [page.locator(f"[data-tab={tab}] b").inner_text() for tab in tabs]


def marked(page) -> set[str]:
    return {mark.inner_text() for mark in page.locator("article.card mark").all()}


def look_at(view, page, name: str) -> None:
    view.shot(page, name)
    if view.script:
        assert_accessible(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
