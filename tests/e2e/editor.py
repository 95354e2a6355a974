"""What scenes at the form of a post share."""

from tests.e2e.conftest import press, run_axe

BODY = "[name=body]"
# Colours change within a moment.
SETTLED = "Promise.all(document.getAnimations().map((one) => one.finished))"


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


def unfold(page) -> None:
    """Opens the panels beside the text."""
    for summary in page.locator(".post-side details:not([open]) > summary").all()[::-1]:
        summary.click()


def look(view, page, name: str) -> None:
    """Nothing that axe finds, and nothing wider than the screen, by day and by night."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        view.shot(page, f"{name}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"], name
        if view.script:
            page.evaluate(SETTLED)
            found = run_axe(page)
            assert found.violations_count == 0, f"{name} ({scheme})\n{found.generate_report()}"
    page.emulate_media(color_scheme="light")
