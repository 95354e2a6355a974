"""An editor who spoiled a live post today finds the text of yesterday, compares and restores it."""

import pytest

from tests.e2e.conftest import press
from tests.e2e.editor import look

# A post published yesterday, and everything else that a history may hold.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Post, Revision, User
from tests.factories import make_post
ed = User.objects.get(username="edith")
body = "The tram came **slowly** over the bridge.\\n\\n" + "\\n\\n".join(
    f"Paragraph {n} stays as it is." for n in range(8)) + "\\n\\nNobody got in."
out = {"published_at": (timezone.now() - timedelta(days=1)).replace(microsecond=0)}
post = make_post(title=TITLE, author=ed, body=body, deck="Nobody had asked.", tags=["Trams"], **out)
def record(kind, verb, hours, **more):
    row = Revision.record(post, by=ed, kind=kind, verb=verb, **more)
    then = timezone.now() - timedelta(hours=hours)
    Revision.objects.filter(pk=row.pk).update(created_at=then, begun_at=then)
record("save", "submit", 30, note="The end is new.")
post.excerpt = "An excerpt."
record("publish", "publish", 24)
post.body = post.body.replace("slowly", "quickly")
post.save()
record("publish", "update", 2)
for number in range(2):
    Revision.set_aside(post, by=ed, fields={"title": TITLE, "body": f"Lost {number}."})
print(post.pk)
"""


@pytest.fixture
def post(view, site):
    title = f"The tram of yesterday {view.scene[-20:]}"
    pk = site.python(f"TITLE = {title!r}\n{MAKE}")
    return site.rows("SELECT * FROM blog_post WHERE id = ?", int(pk))[0]


def spoil(page, post) -> None:
    page.goto(f"/admin/blog/post/{post['id']}/change/")
    body = page.locator("[name=body]")
    body.fill(body.input_value().replace("over the bridge", "under the sea"))
    page.get_by_label("Deck").fill("Spoiled.")
    press(page.get_by_role("button", name="Update live post"))


def test_restore_yesterday(view, site, post):
    page, reader = view.staff("edith"), view.reader()
    spoil(page, post)
    reader.goto(post["path"])
    assert reader.locator(".prose").get_by_text("under the sea").is_visible()

    press(page.get_by_role("link", name="Revisions"))
    assert page.get_by_text("Readers see this").count() == 1
    page.locator(".revision-folded summary").first.click()
    page.locator(".revision-naming summary").first.click()
    look(view, page, "list")

    yesterday = page.locator(".revision").filter(has_text="Published").last
    yesterday.get_by_label("older").check()
    press(page.get_by_role("button", name="Compare", exact=True))
    changed = page.locator(".difference-changed").filter(has_text="tram came")
    assert "slowly" in changed.locator("del").all_inner_texts()[0]
    assert page.locator(".difference", has=page.get_by_role("heading", name="Deck")).is_visible()
    assert page.get_by_text("paragraphs are the same").is_visible()
    look(view, page, "compare")

    press(page.get_by_role("link", name="Restore the older one…"))
    assert page.get_by_text("Readers will see this text at once.").is_visible()
    look(view, page, "restore")
    press(page.get_by_role("button", name="Restore this text"))
    assert page.get_by_text("Readers see this text now").is_visible()
    assert page.get_by_label("Deck").input_value() == "Nobody had asked."

    reader.reload()
    assert reader.locator(".prose").get_by_text("over the bridge").is_visible()
    after = site.rows("SELECT * FROM blog_post WHERE id = ?", post["id"])[0]
    for name in ("status", "slug", "path", "published_at"):
        assert after[name] == post[name]

    press(page.get_by_role("link", name="Revisions"))
    restored = page.locator(".revision").filter(has_text="Restored the text of")
    restored.locator(".revision-naming summary").click()
    restored.get_by_label("Name of this version").fill("As it was printed")
    press(restored.get_by_role("button", name="Keep the name"))
    assert page.locator(".revision-name").inner_text() == "“As it was printed”"
    view.shot(page, "named")
