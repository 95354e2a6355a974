"""An editor pastes a text with broken lines; readers have a title and ten paragraphs."""

from tests.e2e.conftest import press
from tests.essays import TITLE, WRAPPED, letters


def test_paste_hard_wrapped(view, site):
    title = f"{TITLE} {view.scene[-25:]}"
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    page.locator("[name=body]").fill(WRAPPED.replace(TITLE, title))
    page.locator("[name=deck]").fill("A timetable, kept with the spoons.")
    press(page.get_by_role("button", name="Publish"))
    assert page.get_by_text("The lines of this text are broken by hand.").is_visible()
    assert page.locator("[name=deck]").input_value() == "A timetable, kept with the spoons."
    assert letters(page.locator("[name=body]").input_value()) == letters(
        WRAPPED.replace(TITLE, title)
    )
    assert not site.rows("SELECT 1 FROM blog_post WHERE title = ?", title)
    view.shot(page, "asked")
    press(page.get_by_role("button", name="Unwrap lines"))

    post = site.rows("SELECT * FROM blog_post WHERE title = ?", title)[0]
    assert post["status"] == "published"
    reader = view.reader()
    reader.goto(post["path"])
    view.shot(reader, "read")
    assert reader.get_by_role("heading", level=1).inner_text() == title
    # The first: the cards of the latest posts may quote the same words.
    text = reader.locator("p", has_text="My grandmother").first.locator("..")
    assert text.locator("> p").count() == 10
    assert text.locator("pre, em, ul").count() == 0
    assert letters(WRAPPED.replace(TITLE, "")) in letters(text.inner_text())
