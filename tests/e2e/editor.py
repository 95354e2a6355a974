"""What scenes at the form of a post share."""

from tests.e2e.conftest import press

BODY = "[name=body]"


def open_new(view, login="edith"):
    page = view.staff(login)
    page.goto("/admin/blog/post/add/")
    return page


def type_on(page, text: str) -> None:
    """Key by key, as a person does."""
    page.locator(BODY).press_sequentially(text)


def line(page):
    """The line that says whether the text is saved."""
    return page.locator("#autosave")


def continue_with(page) -> None:
    press(page.get_by_role("link", name="Continue with it"))


def kept(site, text: str) -> list[dict]:
    """The revisions that hold this text."""
    found = site.rows("SELECT * FROM blog_revision")
    return [row for row in found if text in row["fields"]]
