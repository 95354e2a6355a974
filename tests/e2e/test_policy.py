"""A moderator tries a rule on a comment, saves it, and the next comment obeys it."""

from tests.e2e.conftest import open_room, press, write_comment
from tests.e2e.test_every_page import assert_accessible


def test_policy_tried_and_saved(view, site):
    word, mo = f"tombola{len(view.scene)}", view.staff("mo")
    open_room(mo, "Policy")
    view.shot(mo, "opened")
    mo.get_by_label("Words that mark a comment").fill(f"lottery\n{word}")
    mo.locator("[name=try-body]").fill(f"Our {word.upper()} is on *Sunday*.")
    press(mo.get_by_role("button", name="Try it"))
    tried = mo.locator("#tried")
    assert f"It contains “{word}”, one of the words that mark a comment." in tried.inner_text()
    assert tried.locator("mark").all_inner_texts() == [word.upper()]
    assert mo.url == f"{site.url}/moderation/policy/#tried"
    assert site.rows("SELECT 1 FROM comments_policy WHERE hold_words LIKE ?", f"%{word}%") == []
    view.shot(mo, "tried")
    if view.script:
        assert_accessible(mo, "tried")

    mo.get_by_label("Networks whose comments are spam").fill("0.0.0.0/0")
    press(mo.get_by_role("button", name="Save policy"))
    assert "“0.0.0.0/0” is too wide: at most /8 can be shut out." in (
        mo.get_by_role("alert").inner_text()
    )
    assert word in mo.get_by_label("Words that mark a comment").input_value()
    assert word.upper() in mo.locator("[name=try-body]").input_value()
    view.shot(mo, "refused")
    if view.script:
        assert_accessible(mo, "refused")
    mo.get_by_label("Networks whose comments are spam").fill("")
    press(mo.get_by_role("button", name="Save policy"))
    assert mo.get_by_text("The policy is saved.").is_visible()
    assert f"added “lottery”, “{word}”" in mo.locator("section.history li").first.inner_text()
    if view.script:
        width = mo.evaluate("document.documentElement.scrollWidth")
        assert width <= view.size["width"]

    reader, body = view.reader(), f"They sold {word} tickets, {view.scene}"
    reader.goto(site.make_post())
    write_comment(reader, body)
    assert site.comment(body)["held_because"] == f'[["words", "{word}"]]'
    mo.get_by_label("Words that mark a comment").fill("")
    press(mo.get_by_role("button", name="Save policy"))
    assert f"taken out “lottery”, “{word}”" in mo.locator("section.history li").first.inner_text()
