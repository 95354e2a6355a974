"""Two editors change the same live post, each in a browser of their own."""

import pytest

from tests.e2e.conftest import press
from tests.e2e.editor import BODY, kept, look

BEGUN = "The tram came.\n\nIt was empty.\n\nNobody got in."

MAKE = """
from blog.models import Revision
from tests.factories import make_post
post = make_post(title=TITLE, body=BODY)
Revision.record(post, by=post.author, kind="publish", verb="publish")
print(post.pk)
"""


@pytest.fixture(scope="module")
def ina(site):
    return site.make_user("Editor", "ina")


@pytest.fixture
def post(view, site):
    pk = site.python(f"TITLE, BODY = {f'Two editors {view.scene[-25:]}'!r}, {BEGUN!r}\n{MAKE}")
    return site.rows("SELECT * FROM blog_post WHERE id = ?", int(pk))[0]


def open_form(view, login: str, post: dict):
    page = view.staff(login)
    page.goto(f"/admin/blog/post/{post['id']}/change/")
    return page


def write(page, before: str, after: str) -> None:
    text = page.locator(BODY).input_value()
    assert before in text
    page.locator(BODY).fill(text.replace(before, after))


def update(page) -> int:
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Update live post").click()
    return answer.value.status


def body(site, post: dict) -> str:
    (row,) = site.rows("SELECT body FROM blog_post WHERE id = ?", post["id"])
    return row["body"].replace("\r\n", "\n")


def both(view, ina, post, *changes):
    """The second one's page, after each wrote and pressed."""
    first, second = open_form(view, "edith", post), open_form(view, ina, post)
    for page, change in zip((first, second), changes, strict=True):
        write(page, *change)
    assert update(first) == 200
    assert update(second) == 409
    return second


def test_two_editors(view, site, ina, post):
    changes = [("The tram came.", "The tram came late."), ("Nobody", "Only Ana")]
    second = both(view, ina, post, *changes)
    assert second.get_by_role("alert").inner_text().startswith("Edith saved this post at")
    assert second.get_by_text("You changed different paragraphs").is_visible()
    assert "409" not in second.locator("#content").inner_text()
    look(view, second, "conflict")
    assert second.locator(".button.default").count() == 1
    assert body(site, post) == BEGUN.replace(*changes[0])

    press(second.get_by_role("button", name="Edit both in one"))
    merged = BEGUN.replace(*changes[0]).replace(*changes[1])
    assert second.locator(BODY).input_value() == merged
    assert body(site, post) == BEGUN.replace(*changes[0])
    look(view, second, "merged")
    assert update(second) == 200
    assert second.get_by_text("Updated. Readers see this version now:").is_visible()
    assert body(site, post) == merged
    reader = view.reader()
    reader.goto(post["path"])
    for sentence in ("The tram came late.", "Only Ana got in."):
        assert reader.locator(".prose").get_by_text(sentence).is_visible()


def test_one_editor_keeps_the_own_text(view, site, ina, post):
    changes = [("It was empty.", "It was dark."), ("It was empty.", "It was full.")]
    second = both(view, ina, post, *changes)
    assert second.get_by_text("1 field was changed by both of you").is_visible()
    assert second.locator("del", has_text="dark").is_visible()
    assert second.locator("ins", has_text="full").is_visible()
    view.shot(second, "same-place")
    press(second.get_by_role("button", name="Keep mine"))
    assert body(site, post) == BEGUN.replace(*changes[1])
    assert second.locator(BODY).input_value() == BEGUN.replace(*changes[1])
    assert [row["kind"] for row in kept(site, "It was dark.") if row["post_id"] == post["id"]]


def test_one_editor_keeps_the_other_text(view, site, ina, post):
    changes = [("It was empty.", "It was dark."), ("It was empty.", "It was full.")]
    second = both(view, ina, post, *changes)
    press(second.get_by_role("button", name="Keep theirs"))
    assert second.get_by_text("Your text is in the revisions.").is_visible()
    assert second.locator(BODY).input_value() == BEGUN.replace(*changes[0])
    assert body(site, post) == BEGUN.replace(*changes[0])
    assert [row["kind"] for row in kept(site, "It was full.") if row["post_id"] == post["id"]]
