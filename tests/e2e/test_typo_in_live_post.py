"""An editor mends a typo in a live post: readers see it at once, and no date moves."""

import re

from tests.e2e.conftest import press
from tests.e2e.editor import look

# As the button Publish does it, on a whole second.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_post
then = (timezone.now() - timedelta(hours=1)).replace(microsecond=0)
body = "The tarm came.\\n\\nNobody got in."
print(make_post(title=TITLE, body=body, published_at=then).path)
"""
KEPT = ("published_at", "path", "slug", "status")
DATE = re.compile(r'(datetime="[^"]+"|"date\w+": ?"[^"]+"|<(?:updated|published)>[^<]+)')
UPDATED = "feed => [...feed.matchAll(/<updated>[^<]*/g)].map(String)"


def test_typo_in_live_post(view, site):
    title = f"A typo {view.scene[-25:]}"
    path = site.python(f"TITLE = {title!r}\n{MAKE}")
    before = find(site, path)
    reader = view.reader()
    reader.goto(path)
    dates, feed = dates_shown(reader), entry(reader, title)
    assert "pubDate" in feed

    page = view.staff("edith")
    page.goto("/admin/blog/post/")
    press(page.get_by_role("link", name=title))
    assert page.get_by_label("A small fix.").is_checked()
    look(view, page, "form")
    body = page.locator("[name=body]")
    body.fill(body.input_value().replace("tarm", "tram"))
    press(page.get_by_role("button", name="Update live post"))
    message = page.get_by_text("Updated. Readers see this version now:")
    assert path in message.inner_text()
    view.shot(page, "updated")

    reader.goto(path)
    assert reader.locator(".prose").get_by_text("The tram came.").is_visible()
    assert "tarm" not in reader.content()
    assert dates_shown(reader) == dates
    assert entry(reader, title) == feed.replace("tarm", "tram")
    after = find(site, path)
    assert [after[name] for name in KEPT] == [before[name] for name in KEPT]
    assert after["version"] != before["version"]


def find(site, path: str) -> dict:
    (post,) = site.rows("SELECT * FROM blog_post WHERE path = ?", path)
    return post


def dates_shown(reader) -> list[str]:
    """To people and to machines."""
    found = DATE.findall(reader.content())
    assert any("dateModified" in one for one in found)
    return found


def entry(reader, title: str) -> str:
    """What the feed says of the post."""
    text = reader.request.get("/feed/").text()
    (found,) = [part for part in text.split("<item>") if title in part]
    return found
