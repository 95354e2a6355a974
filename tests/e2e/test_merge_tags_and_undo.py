"""Scene "merge_tags_and_undo": a misspelt tag becomes the right one, and comes back."""

from tests.e2e.conftest import press
from tests.e2e.editor import look

MAKE = """
from blog.models import Tag
from tests.factories import make_post
for wrong, right, title in (("{wrong}", "{right}", "Both"), ("{wrong}", "Sea", "Wrong")):
    post = make_post(title=f"{{title}} {wrong}", tags=[wrong, right])
    post.choose_lead_tag([wrong])
make_post(title="Right {wrong}", tags=["{right}"])
"""


def choose(page, *names: str) -> None:
    """In the list of tags, as somebody does who has no script either."""
    page.goto("/admin/blog/tag/?o=-1")
    for name in names:
        row = page.locator("#result_list tr", has=page.get_by_role("link", name=name, exact=True))
        row.locator("input[type=checkbox]").check()
    page.locator("select[name=action]").select_option("merge")
    press(
        page.get_by_role("button", name="Go", exact=False).or_(
            page.get_by_role("button", name="Run")
        )
    )


def titles(page, path: str) -> str:
    page.goto(path)
    return page.locator("main").inner_text()


def test_a_merge_is_undone(view):
    word = f"tar{'rif' if view.script else 'rrif'}s{'p' if view.phone else 'd'}"
    wrong, right = f"x{word}", f"x{word}ok"
    view.site.python(MAKE.format(wrong=wrong, right=right))
    page, reader = view.staff("edith"), view.reader()
    choose(page, wrong, right)
    look(view, page, "question")
    page.get_by_label(f"{right} (").check()
    press(page.get_by_role("button", name="Merge"))
    look(view, page, "merged")
    said = titles(reader, f"/tag/{wrong}/")
    assert reader.url.endswith(f"/tag/{right}/")
    assert all(f"{which} {wrong}" in said for which in ("Both", "Wrong", "Right"))
    press(page.locator(".messagelist").get_by_role("link", name="Undo…"))
    look(view, page, "undo")
    assert f"Wrong {wrong}" in page.locator("#content").inner_text()
    press(page.get_by_role("button", name="Undo the merge"))
    told = page.locator(".messagelist").inner_text()
    assert f"“{wrong}” is a tag of its own again, with 2 posts and its web address." in told
    look(view, page, "list")
    said = titles(reader, f"/tag/{wrong}/")
    assert reader.url.endswith(f"/tag/{wrong}/")
    assert f"Wrong {wrong}" in said and f"Right {wrong}" not in said
    said = titles(reader, f"/tag/{right}/")
    assert f"Both {wrong}" in said and f"Wrong {wrong}" not in said
