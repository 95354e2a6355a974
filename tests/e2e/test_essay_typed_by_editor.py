"""An editor types an essay in the admin, and readers have it."""

from pathlib import Path

from tests.e2e.conftest import press
from tests.e2e.editor import unfold

TAGS = "United States of America, Crime and Punishment, diary, Élite, paddle steamers"
ALT = 'A tram in fog, its board says "NOWHERE [via Saltby]", and a man who looks at his watch.'
BODY = """The first paragraph of the essay, with *emphasis*.

#Gaza is the first word of this paragraph and no heading.

## What the conductor knew

> Nobody got in.
"""
EXCERPT = "Why people wait for what does not come."
# Of this scene alone: a picture that is known brings its description along.
PICTURE = Path(__file__).resolve().parents[2] / "comments" / "demo" / "pictures" / "lido.jpg"


def fill_essay(page, title: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Deck").fill("A month on the platform.")
    page.locator("[name=body]").fill(BODY)
    unfold(page)
    page.locator("[name=excerpt]").fill(EXCERPT)
    page.locator("[name=tags]").fill(TAGS)
    page.locator("[name=lead_upload]").set_input_files(PICTURE)
    page.locator("[name=lead_alt]").fill(ALT)
    page.locator("[name=lead_caption]").fill("The depot at night.")
    page.locator("[name=published_at_0]").fill("2026-03-01")
    page.locator("[name=published_at_1]").fill("07:30:00")


def test_essay_typed_by_editor(view, site):
    title = f"“Wait Here”: The Tram {view.scene[-25:]}"
    page = view.sign_in("edith")
    assert page.url.endswith("/admin/")
    page.goto("/admin/blog/post/add/")
    assert page.get_by_role("button", name="Save draft").is_visible()
    fill_essay(page, title)
    view.shot(page, "typed")
    press(page.get_by_role("button", name="Publish"))
    post = site.rows("SELECT * FROM blog_post WHERE title = ?", title)[0]
    assert post["status"] == "published"
    assert post["path"].startswith("/2026/03/wait-here-the-tram")

    reader = view.reader()
    reader.goto(post["path"])
    view.shot(reader, "read")
    assert reader.get_by_role("heading", level=1).inner_text() == title
    assert reader.get_by_text("A month on the platform.").first.is_visible()
    assert reader.locator("article figure img, main figure img").first.get_attribute("alt") == ALT
    assert reader.get_by_text("The depot at night.").first.is_visible()
    assert reader.get_by_text("#Gaza is the first word").is_visible()
    assert reader.get_by_role("heading", name="Gaza").count() == 0
    assert reader.get_by_role("heading", name="What the conductor knew").get_attribute("id")
    assert reader.get_by_role("link", name="United States of America").first.is_visible()

    reader.goto("/2026/03/")
    card = reader.get_by_role("article").filter(has=reader.get_by_role("link", name=title).first)
    assert card.locator(".excerpt").inner_text() == EXCERPT

    page.goto(f"/admin/blog/post/{post['id']}/change/")
    assert page.locator("[name=tags]").input_value() == TAGS
    press(page.get_by_role("button", name="Update live post"))
    tags = site.rows(
        "SELECT name FROM blog_tag t JOIN blog_posttag p ON p.tag_id = t.id"
        " WHERE content_object_id = ? ORDER BY p.id",
        post["id"],
    )
    assert ", ".join(tag["name"] for tag in tags) == TAGS
