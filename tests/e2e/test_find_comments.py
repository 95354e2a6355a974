"""A moderator looks for what somebody wrote, and reads who that is, on the card."""

from tests.e2e.conftest import press, press_more
from tests.e2e.test_every_page import assert_accessible

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_comment, make_post
post, week = make_post(title="On lighthouses, {word}"), timezone.now() - timedelta(days=7)
fields = {{"author_email": "{word}@example.com", "network": "10.99.{number}.0/24"}}
fields["ip"] = "10.99.{number}.7"
make_comment(post, status="approved", submitted_at=week, author_name="Ana {word}", **fields)
make_comment(post, status="spam", author_name="Bob {word}", **fields)
make_comment(post, author_name="Ana {word}", body="The {word} was lit.", **fields)
make_comment(body="Not {word}s friend.", held_because=[["links", "3"]])
from comments.queue import spam_figures; spam_figures.renew()
"""


def test_find_comments(view, site):
    number = sum(map(ord, view.scene)) % 200
    word = f"lantern{number}x"
    site.python(MAKE.format(word=word, number=number))
    mo = view.staff("mo")
    form = mo.get_by_role("search")
    if not form.is_visible():
        mo.get_by_text("Search and filter").click()
    form.get_by_label("Words, name, e-mail or network").fill(f'"the {word}" lit')
    press(form.get_by_role("button", name="Search"))
    (card,) = mo.locator("article.card").all()
    said = card.inner_text()
    assert f"The {word} was lit." in said
    assert "1 approved, 1 spam, first seen " in said
    assert f"Bob {word}" in card.locator(".known").inner_text()
    assert "waits for less than a minute" in said or "waits for 1" in said
    assert "Shown:" in mo.locator(".filtered").inner_text()
    look_at(view, mo, "words")

    press_more(card, "All from this e-mail")
    press(mo.locator("[data-tab=spam]"))
    (card,) = mo.locator("article.card").all()
    assert f"Bob {word}" in card.inner_text()
    look_at(view, mo, "spam")
    press(mo.get_by_role("link", name="Show all"))
    assert mo.locator(".filtered").count() == 0

    if not mo.get_by_role("search").is_visible():
        mo.get_by_text("Search and filter").click()
    mo.get_by_label("Words, name, e-mail or network").fill(f"10.99.{number}.200")
    mo.get_by_label("Reason").select_option("links")
    press(mo.get_by_role("button", name="Search"))
    assert "Nothing found in this tab." in mo.locator(".empty").inner_text()
    assert f"network 10.99.{number}.0/24" in " ".join(mo.locator(".filtered").inner_text().split())
    look_at(view, mo, "nothing")
    mo.locator(".figures summary").click()
    assert "Akismet here in 30 days: " in mo.locator(".figures").inner_text()
    look_at(view, mo, "figures")


def look_at(view, page, name: str) -> None:
    view.shot(page, name)
    if view.script:
        assert_accessible(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
