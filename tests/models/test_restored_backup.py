"""After a backup is restored, the database gives out the same keys again. What a reader or a
moderator kept from before must not name the new comment that got one of them."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Role
from comments import signed_links
from comments.models import Comment, Subscription
from comments.models.identifiers import new_identifier
from comments.queue.paging import Cursor
from comments.queue.selection import Criteria, alike_to
from comments.submit import cookies as waiting
from tests.factories import (
    form_fields,
    make_comment,
    make_post,
    make_user,
    moderator,
    send_comment,
    signed_cookie,
)
from tests.pages import html, words
from tests.site import RunningSite

STRANGER = "Words of a stranger that nobody has read."
MAIL = "ana@example.net"
TOKEN = "t" * 32


@dataclass
class Kept:
    """What people had of a comment before the backup was restored."""

    path: str
    pk: int
    public_id: int
    rows: tuple[str, ...]  # as the queue showed it, before and after a decision
    status: str
    mail: tuple[str, ...]
    batch: str
    alike: tuple[dict[str, str], ...]  # hidden fields of “Act on all”
    carried: str  # the cookie that came along from a former address
    closing: str

    @property
    def cursor(self) -> str:
        return str(Cursor(timezone.now(), self.public_id))

    @property
    def page(self) -> str:
        return f"/moderation/{self.public_id}/"


def path_of(link: str) -> str:
    return link.partition("//")[2].partition("/")[2].join(("/", ""))


def by_reader(kept: Kept):
    """(method, path, fields): each thing that the old cookie and the old links still reach."""
    yield "get", kept.path, {}
    yield "get", f"{kept.path}?c={kept.public_id}", {}
    yield "get", kept.status, {}
    yield "post", kept.status, {"body": "Mine now."}
    yield "post", kept.status, {"withdraw": "1"}
    for link in kept.mail:
        yield "get", link, {}
        for choice in ("confirm", "stop"):
            yield "post", link, {"do": choice}
    for tail in (f"comments/{kept.public_id}/", f"reply/{kept.public_id}/"):
        yield "get", kept.path + tail, {}
    report = f"{kept.path}comments/{kept.public_id}/report/"
    yield "get", report, {}
    yield "post", report, {"words": "Rude."}
    answer = form_fields(parent=str(kept.public_id), body="An answer to what I read.")
    yield "post", f"{kept.path}comments/", answer


def by_moderator(kept: Kept):
    for row in kept.rows:
        for verb in ("approve", "spam", "trash"):
            fields = {"verb": verb, "row": row}
            yield "post", "/moderation/decide/", fields
            yield "post", "/moderation/decide/", fields | {"batch": str(uuid4())}
            yield "post", "/moderation/decide/", fields | {"batch": kept.batch}
        version = row.partition(".")[2]
        words = {"name": "Ana", "url": "", "body": "Mine now.", "seen": version}
        yield "post", f"{kept.page}edit/", words
        yield "post", f"{kept.page}edit/", words | {"approve": "1"}
        yield "post", f"{kept.page}reply/", {"body": "An answer.", "seen": version}
        yield "get", f"/moderation/news/?row={row}", {}
    for fields in kept.alike:
        yield "get", f"/moderation/many/?{urlencode(fields)}", {}
        for verb in ("approve", "spam", "trash", "restore"):
            sent = fields | {"verb": verb}
            yield "post", "/moderation/many/", sent
            yield "post", "/moderation/many/", sent | {"batch": str(uuid4())}
            yield "post", "/moderation/many/", sent | {"batch": kept.batch}
    for batch in (kept.batch, str(uuid4())):
        fields = {"spam": "1", "batch": batch, "before": kept.alike[0]["before"]}
        yield "post", f"{kept.page}block/author/", fields
        yield "post", f"{kept.page}block/network/", fields | {"line": "192.0.2.0/24"}
    yield "get", f"{kept.closing}?thread={kept.public_id}", {}
    for verb in ("end", "resume"):
        yield "post", kept.closing, {"thread": str(kept.public_id), "do": verb}
    for fields in ({}, {"only": str(kept.public_id)}, {"undo": str(uuid4())}):
        yield "post", "/moderation/undo/", {"batch": kept.batch} | fields
    for tail in ("history/", "write/", "edit/", "reply/", "block/author/", "block/network/"):
        yield "get", kept.page + tail, {}
    yield "post", f"{kept.page}evidence/", {"note": "Kept."}
    yield "post", f"{kept.page}write/", {"text": "Hello.", "once": str(uuid4())}
    yield "get", f"/moderation/many/?comment={kept.public_id}", {}
    yield "get", f"/moderation/?after={kept.cursor}", {}
    yield "get", f"/moderation/done/?after={kept.batch}", {}
    yield "get", f"/moderation/done/?batch={kept.batch}&after={kept.public_id}", {}


def try_all(kept: Kept, readers, mo, stands) -> None:
    """`stands` says how the stranger's comment stands; it must not change."""
    before = stands()
    for reader, (method, path, fields) in product(readers, by_reader(kept)):
        status, text = reader(method, path, fields)
        assert STRANGER not in text, path
        assert status < 500 and stands() == before, (path, fields)
    for method, path, fields in by_moderator(kept):
        status, text = mo(method, path, fields)
        assert status < 500 and stands() == before, (path, fields)
        assert STRANGER not in text or str(kept.public_id) not in path.partition("?")[0], path


def in_process(client: Client):
    def ask(method, path, fields):
        headers = {"Sec-Fetch-Site": "same-origin"}
        response = getattr(client, method)(path, fields, headers=headers, REMOTE_ADDR="192.0.2.9")
        return response.status_code, response.content.decode()

    return ask


def kept_of(comment, batch, rows) -> Kept:
    status = f"/comments/{waiting.sign(comment)}/"
    links = (signed_links.CONFIRM, signed_links.REPLIES)
    mails = (signed_links.to_reader(purpose, MAIL, comment.public_id) for purpose in links)
    criteria = Criteria("pending", timezone.now(), all="1")
    alike = [criteria, *alike_to(comment, criteria.before)]
    alike = [replace(each, tab=tab).params for tab in ("pending", "spam") for each in alike]
    return Kept(
        path=comment.post.path,
        pk=comment.pk,
        public_id=comment.public_id,
        rows=rows,
        status=status,
        mail=tuple(map(path_of, mails)),
        batch=str(batch),
        alike=tuple(alike),
        carried=signed_cookie(waiting.CARRIED, comment.public_id),
        closing=f"/moderation/posts/{comment.post_id}/",
    )


@pytest.mark.django_db
def test_nothing_kept_from_before_names_a_new_comment_with_the_same_key():
    post, reader, mo = make_post(), Client(), Client()
    mo.force_login(moderator())
    send_comment(reader, post, email=MAIL)
    comment = Comment.objects.get()
    rows = [f"{comment.public_id}.{comment.version}"]
    batch = comment.mark_spam(by=moderator()).batch
    rows.append(f"{comment.public_id}.{comment.version}")
    kept, pk = kept_of(comment, batch, tuple(rows)), comment.pk
    carried = Client()
    carried.cookies[waiting.CARRIED] = kept.carried
    assert waiting.waiting_ids(carried.get(post.path).wsgi_request) == [comment.public_id]
    comment.delete()
    stranger = make_comment(post, pk=pk, body=STRANGER, author_email=MAIL, version=new_identifier())
    Subscription.create_for(stranger)

    def stands():
        names = ("public_id", "version", "status", "body", "locked_at")
        row = Comment.objects.values_list(*names).get()
        mail = Subscription.objects.values_list("confirmed_at", "ended_at").get()
        return row, mail, stranger.decisions.count()

    try_all(kept, [in_process(reader), in_process(carried)], in_process(mo), stands)


@pytest.mark.django_db
def test_a_colleagues_old_link_ends_no_mail_of_who_got_the_key():
    old = make_user(Role.MODERATOR)
    link, pk = path_of(signed_links.to_staff(old)), old.pk
    old.delete()
    new = make_user(Role.MODERATOR, pk=pk, date_joined=timezone.now() + timedelta(days=1))
    response = Client().post(link, {"do": "stop"})
    assert "This link is not valid any more." in words(response)
    new.refresh_from_db()
    assert new.gets_mail


@pytest.mark.django_db
def test_decisions_that_a_browser_kept_are_not_sent_for_who_got_the_key():
    """The script keeps them under the name in `data-user`."""

    def name(user) -> str:
        client = Client()
        client.force_login(user)
        return re.search(r'data-user="([^"]+)"', html(client.get("/moderation/")))[1]

    old = make_user(Role.MODERATOR)
    kept, pk = name(old), old.pk
    assert name(old) == kept
    old.delete()
    new = make_user(Role.MODERATOR, pk=pk, date_joined=timezone.now() + timedelta(days=1))
    assert name(new) != kept


# The same with a real copy of a real database, under a running site.


def over_http(url: str, **cookies):
    client = httpx.Client(base_url=url, cookies={"csrftoken": TOKEN} | cookies, timeout=30)

    def ask(method, path, fields):
        headers = {"Sec-Fetch-Site": "same-origin"}
        if method == "get":
            response = client.get(path, headers=headers)
        else:
            fields = fields | {"csrfmiddlewaretoken": TOKEN}
            response = client.post(path, data=fields, headers=headers)
        return response.status_code, response.text

    return ask


def copy_database(source, target) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture
def site(tmp_path):
    running = RunningSite(tmp_path / "data").start()
    yield running
    running.stop()


ROW = """
SELECT id, public_id, version, status, body, locked_at FROM comments_comment ORDER BY id
"""
KEPT = """
from comments.models import Comment, Subscription
from tests.factories import moderator
from tests.models.test_restored_backup import kept_of
comment = Comment.objects.get()
rows = [f"{comment.public_id}.{comment.version}"]
batch = comment.mark_spam(by=moderator()).batch
rows.append(f"{comment.public_id}.{comment.version}")
print(repr(kept_of(comment, batch, tuple(rows))))
"""


@pytest.mark.thorough
def test_a_copy_is_restored_under_the_running_site(site, tmp_path):
    path, live = site.make_post(), site.folder / "broadside.sqlite3"
    site.python("from tests.factories import moderator; moderator()")
    reader = over_http(site.url)
    mo = over_http(site.url, sessionid=site.open_session("mo"))
    copy_database(live, tmp_path / "backup")
    send = f"{path}comments/"
    assert reader("post", send, form_fields(email=MAIL, body="My own."))[0] == 303
    site.wait_for("My own.", screened="ham")
    kept = eval(site.python(KEPT), {"Kept": Kept})  # noqa: S307
    copy_database(tmp_path / "backup", live)
    stranger = over_http(site.url)
    assert stranger("post", send, form_fields(email=MAIL, body=STRANGER))[0] == 303
    row = site.wait_for(STRANGER, screened="ham")
    assert row["id"] == kept.pk and row["public_id"] != kept.public_id
    carried = over_http(site.url, **{waiting.CARRIED: kept.carried})
    try_all(kept, [reader, carried], mo, lambda: site.rows(ROW))
