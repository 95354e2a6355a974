"""Every kind of page that the public sees, gathered once for all who look at them."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from config.middleware import POLICY
from tests.site import PASSWORD

FIXED = {
    "home": "/",
    "home-2": "/page/2/",
    "tags": "/tags/",
    "archive": "/archive/",
    "corrections": "/corrections/",
    "search": "/search/?q=the",
    "search-empty": "/search/?q=zzzz",
    "page": "/about/",
    "login": "/login/",
    "password": "/password/reset/",
    "password-sent": "/password/reset/sent/",
    "password-too-old": "/password/AAAA/zzzz/",
    "password-done": "/password/changed/",
    "404": "/nothing/here/",
    "find": "/comments/find/",
    "find-sent": "/comments/find/?sent=1",
    "status-cut": "/comments/1:no-signature/",
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
from blog.models import Correction, Role
from comments import signed_links
from comments.submit import cookies
from comments.models import Comment, Subscription
from tests.factories import make_comment, make_post, make_user, moderator

post = make_post(title="Long & heated", language="ar", tags=['"Q&A" <b>', "C++"])
everything = make_post(body=EVERYTHING, title='"A" <b>' + " word" * 45)
Correction.objects.record(everything, "It was *two*, says [the log](/log/).", by=everything.author)
odd = {"author_name": "<b>", "author_url": "https://e.example/a|b", "body": "- https://e.example/x|y"}
shown = make_comment(post, status="approved", **odd)
for number in range(60):
    said = make_comment(post, status="approved")
make_comment(parent=make_comment(parent=said, status="trash"), status="approved")
held, withdrawn = make_comment(post), make_comment(post, status="approved")
make_comment(parent=withdrawn, status="approved")
withdrawn.withdraw()
removed = make_comment(post, status="approved")
removed.trash(by=moderator())
Subscription.create_for(held)
gone = make_post()
gone.to_trash(gone.published_at)
gone.save()
user = make_user(Role.CONTRIBUTOR, username="carla")
link = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
status = lambda comment: reverse("comment-status", args=[cookies.sign(comment)])
report = lambda comment: reverse("report", args=[post.path[1:], comment.public_id])
mail = signed_links.to_reader(signed_links.CONFIRM, held.author_email, held.public_id)
print(json.dumps({
    "pages": {
        "thread": post.path,
        "everything": everything.path,
        "thread-2": f"{post.path}comments/page/2/",
        "status": status(held),
        "status-published": status(shown),
        "status-withdrawn": status(withdrawn),
        "status-gone": status(Comment()),
        "report": report(shown),
        "report-gone": report(removed),
        "mail": mail[mail.index("/comments/"):],
        "410": gone.path,
        "password-new": reverse("password_reset_confirm", args=link),
    },
    "bare": {
        "500": render_to_string("500.html"),
        "503": render_to_string("503.html", {"is_read": True}),
        "too-large": render_to_string("too_large.html", {"is_signed_out": False}),
        "too-large-out": render_to_string("too_large.html", {"is_signed_out": True}),
        "503-typed": render_to_string("503.html", {
            "is_read": False, "is_unreadable": False,
            "is_busy": True, "is_partly_saved": True, "files": True,
            "typed": [("name", "<Ana>"), ("body", 'A "quote" & more')],
        }),
        **{
            f"server-{status}": render_to_string("refused.html", {"status": status})
            for status in (400, 408, 413, 503)
        },
    },
}))
"""
TYPED = {"name": "<Ana>", "email": "ana@example.net", "url": "", "body": 'A "quote" & more'}


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
            answer = self.opener.open(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.status, policy = answer.status, answer.headers["Content-Security-Policy"]
            assert policy == POLICY, path
            return answer.read().decode()

    def send(self, path: str, status: int, fetch_site="same-origin", **fields) -> str:
        page = self.get(path, fields, **{"Sec-Fetch-Site": fetch_site})
        assert self.status == status, path
        return page

    def sign_in(self, name: str) -> None:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.get("/login/"))[1]
        fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
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
    return pages | gather_answers(site, made["pages"]) | made["bare"]


def gather_answers(site, made: dict[str, str]) -> dict[str, str]:
    """What is said to those who send something, and to those who may not."""
    reader, path = Visitor(site), made["thread"]
    door, wrong = f"{path}comments/", {"email": "no address"}
    pages = {
        "refused": reader.send(door, 422, **TYPED | wrong),
        "empty": reader.send(door, 422, **dict.fromkeys(TYPED, "")),
        "foreign": reader.send(door, 403, "cross-site", **TYPED),
        "preview": reader.send(door, 200, **TYPED, preview="1"),
        "no-session": reader.send("/login/", 403, username="admin"),
        "find-refused": reader.send(FIXED["find"], 422, **wrong),
        "report-refused": reader.send(made["report"], 422, words="x" * 501),
        "reported": reader.send(made["report"], 200, words="Look at this."),
        "mail-done": reader.send(made["mail"], 200, do="confirm"),
        "status-refused": reader.send(made["status"], 422, body=""),
        "waiting": reader.send(door, 200, **TYPED),
        "400": reader.get("/", Host="elsewhere.example"),
    }
    assert "waits for a moderator" in pages["waiting"] or "Saved." in pages["waiting"]
    admin, carla = Visitor(site), Visitor(site)
    admin.sign_in("admin")
    carla.sign_in("carla")
    pages |= {"signed-in": admin.get(path), "403": carla.get("/moderation/")}
    assert carla.status == 403
    add, typed = "/admin/blog/tag/add/", {"name": "Trams", "description": 'A "tram" & <b>'}
    pages["form-again"] = admin.send(add, 403, csrfmiddlewaretoken="x" * 32, **typed)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', reader.get("/login/"))[1]
    pages["sign-in-again"] = reader.send(add, 403, csrfmiddlewaretoken=token, **typed)
    return pages
