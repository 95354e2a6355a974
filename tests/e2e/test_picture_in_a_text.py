"""An editor adds a picture, sets its point, and puts it into a text beside a wide table."""

import time
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import press, run_axe

PICTURES = Path(__file__).parents[2] / "comments" / "demo" / "pictures"
CELL = "a-word-of-the-timetable"
TABLE = "\n".join(
    ["|" + " Pier |" * 9, "|" + "---|" * 9, "|" + f" {CELL} |" * 9, "", "Table: Fares in winter"]
)


def test_picture_in_a_text(view, site):
    page = view.staff("edith")
    address = add_picture(view, page)
    path = publish(view, page, address)
    wait_for_copies(site, path)
    reader = view.reader()
    reader.goto(path)
    reader.locator(".prose picture img").scroll_into_view_if_needed()
    view.shot(reader, "read")
    img = reader.locator(".prose picture img")
    assert (img.get_attribute("loading"), img.get_attribute("alt")) == ("lazy", "The depot at six")
    assert img.get_attribute("width") and img.get_attribute("height")
    if view.script:
        shown = "img => img.decode().then(() => img.currentSrc)"
        assert img.evaluate(shown).endswith(".webp")
        scroll_the_table_by_keyboard(reader)
        assert run_axe(reader).violations_count == 0
    delete_in_vain(view, page, path)


def add_picture(view, page) -> str:
    page.goto("/admin/blog/image/add/")
    page.locator("[name=file]").set_input_files(PICTURES / "depot.jpg")
    page.get_by_label("Focal point: % from the left").fill("120")
    press(page.get_by_role("button", name="Save", exact=True))
    assert page.get_by_text("Give a number from 0 to 100.").is_visible()
    assert page.get_by_text("Please choose the picture again.").is_visible()
    page.locator("[name=file]").set_input_files(PICTURES / "depot.jpg")
    page.get_by_label("Focal point: % from the left").fill("20")
    press(page.get_by_role("button", name="Save and continue editing"))
    assert page.locator(".part-on-cards").bounding_box()["width"] > 200
    view.shot(page, "picture")
    return page.locator(".field-address code").inner_text().partition("(")[2].rstrip(")")


def publish(view, page, address: str) -> str:
    page.goto("/admin/blog/post/add/")
    title = f"The depot {view.scene[-20:]}"
    page.get_by_label("Title").fill(title)
    page.locator("[name=body]").fill(f"Before.\n\n![The depot at six]({address})\n\n{TABLE}")
    page.locator("[name=lead_upload]").set_input_files(PICTURES / "quay.jpg")
    press(page.get_by_role("button", name="Publish", exact=True))
    assert page.get_by_text("The lead picture has no description.").is_visible()
    # What was chosen stays chosen.
    kept = int(page.locator("[name=lead_image]").input_value())
    view.shot(page, "asked")
    press(page.get_by_role("button", name="Publish anyway"))
    press(page.get_by_role("link", name="Revisions"))
    record = page.get_by_text("Published anyway:").first
    assert "The lead picture has no description" in record.inner_text()
    found = view.site.rows("SELECT * FROM blog_post WHERE title = ?", title)[0]
    assert (found["status"], found["lead_image_id"]) == ("published", kept)
    return found["path"]


def wait_for_copies(site, path: str) -> None:
    for _attempt in range(300):
        (post,) = site.rows("SELECT body_html FROM blog_post WHERE path = ?", path)
        if "<picture>" in post["body_html"]:
            return
        time.sleep(0.1)
    raise AssertionError("the worker never made the copies")


def scroll_the_table_by_keyboard(reader) -> None:
    box = reader.get_by_role("region", name="Fares in winter")
    box.focus()
    reader.keyboard.press("End")
    reader.keyboard.press("ArrowRight")
    if reader.evaluate("innerWidth") < 700:
        # Not wait_for_function, which the page's policy does not let look again and again.
        for _attempt in range(50):
            if box.evaluate("box => box.scrollLeft"):
                break
            reader.wait_for_timeout(100)
        assert box.evaluate("box => box.scrollLeft") > 0
    expect(reader.get_by_role("table", name="Fares in winter")).to_be_visible()


def delete_in_vain(view, page, path: str) -> None:
    (image,) = view.site.rows("SELECT id FROM blog_image WHERE focal_x = 0.2 ORDER BY id DESC")[:1]
    page.goto(f"/admin/blog/image/{image['id']}/delete/")
    view.shot(page, "in-use")
    assert page.get_by_text("a picture that is in use stays").is_visible()
    assert page.get_by_role("link", name=f"The depot {view.scene[-20:]}").count() == 1
