"""Comments of many posts are closed and tags added at once, and the first is undone."""

from tests.e2e.conftest import press
from tests.e2e.editor import look

MAKE = """
from tests.factories import make_post
from blog.models import Post, User
for number in range(3):
    make_post(title=f"{word} {{number}}", body="About zeppelins and {word}.", tags=["Air"])
make_post(title="{word} closed", body="About {word}.", comments_open=False)
make_post(title="{word} draft", body="About {word}.", status="draft")
"""


def find(page, word: str, **chosen: str) -> None:
    page.goto("/admin/blog/post/")
    page.get_by_label("Search").fill(word)
    for name, value in chosen.items():
        page.locator(f"select[name={name}]").select_option(value)
    press(page.get_by_role("button", name="Show posts"))


def go_on(page, act: str) -> None:
    page.locator("select[name=action]").select_option(act)
    press(page.get_by_role("button", name="Continue…"))


def message(page) -> str:
    return page.locator(".messagelist").inner_text()


def test_many_posts_are_changed_and_changed_back(view):
    word = f"zep{'s' if view.script else 'n'}{'p' if view.phone else 'd'}"
    view.site.python(MAKE.format(word=word))
    page, reader = view.staff("edith"), view.reader()
    page.goto("/admin/blog/post/")
    look(view, page, "list")
    find(page, word, status="published")
    assert "4 posts found" in page.locator(".list-found").inner_text()
    assert f"{word} draft" not in page.locator("#result_list").inner_text()
    look(view, page, "found")

    # All that were found.
    page.get_by_label("all 4 posts found").check()
    go_on(page, "close_comments")
    look(view, page, "close")
    assert "Comments on 1 post are closed already." in page.locator("#content").inner_text()
    press(page.get_by_role("button", name="Close comments on 3 posts"))
    assert "Comments are closed on 3 posts." in message(page)
    assert f"q={word}" in page.url and "status=published" in page.url
    look(view, page, "closed")
    reader.goto(f"/search/?q={word}")
    press(reader.locator("main").get_by_role("link", name=f"{word} 0"))
    assert reader.locator("[name=body]").count() == 0
    press(page.locator(".messagelist").get_by_role("link", name="Undo…"))
    look(view, page, "undo")
    press(page.get_by_role("button", name="Undo it on 3 posts"))
    assert "Undone: 3 posts are as they were." in message(page)
    look(view, page, "changes")

    # Ticked ones.
    find(page, word)
    for number in range(2):
        row = page.locator("#result_list tr", has_text=f"{word} {number}")
        row.locator("input[type=checkbox]").check()
    if view.script:
        assert "2 of 5 selected" in page.locator(".action-counter").inner_text()
    go_on(page, "add_tag")
    look(view, page, "tag")
    page.locator("[name=tag]").fill("one, two")
    press(page.get_by_role("button", name="Continue"))
    assert page.locator(".errorlist").is_visible()
    look(view, page, "tag-missing")
    page.locator("[name=tag]").fill(f"Tag of {word}")
    press(page.get_by_role("button", name="Continue"))
    look(view, page, "tag-typed")
    press(page.get_by_role("button", name=f"Add “Tag of {word}” to 2 posts"))
    assert f"“Tag of {word}” was added to 2 posts." in message(page)
    reader.goto(f"/tag/tag-of-{word}/")
    assert f"{word} 0" in reader.locator("main").inner_text()
    find(page, f'tag:"Tag of {word}"')
    assert "2 posts found" in page.locator(".list-found").inner_text()

    # A filter that finds nothing says why.
    page.locator("[name=label]").fill("No such label")
    press(page.get_by_role("button", name="Show posts"))
    assert "There is no tag of this name." in page.locator(".list-form").inner_text()
    look(view, page, "no-label")
