"""Comments under a post that is private, trashed, expired, scheduled or a draft: nobody reads them,
whatever is decided, and everybody is told so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post, Role
from comments.mail import sending
from comments.models import Comment, Mail
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user, moderator
from tests.mail.test_subscriptions import answer, approve, asked, confirmed, fresh, to_ana
from tests.mailbox import later
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def changes() -> dict[str, dict]:
    now = timezone.now()
    return {
        "Private": {"status": "private"},
        "Trash": {"status": "trash"},
        "Draft": {"status": "draft"},
        "Pending review": {"status": "review"},
        "Scheduled": {"published_at": now + DAY},
        "Expired": {"expires_at": now - DAY},
    }


KINDS = pytest.mark.parametrize("kind", changes())


def take_down(post, kind="Private") -> None:
    Post.objects.filter(pk=post.pk).update(**changes()[kind])


def bring_back(post) -> None:
    now = timezone.now()
    Post.objects.filter(pk=post.pk).update(
        status="published", published_at=now - DAY, expires_at=None
    )


def decide(client, *comments, verb="approve", **more):
    rows = [f"{comment.public_id}.{comment.version}" for comment in comments]
    return client.post("/moderation/decide/", {"verb": verb, "row": rows}, **more)


JSON = {"headers": {"Accept": "application/json"}}


# Moderators


@KINDS
def test_the_card_says_how_the_post_stands_and_leads_to_no_page_that_is_gone(mo, kind):
    comment = make_comment(status="approved")
    take_down(comment.post, kind)
    for page in ("/moderation/?tab=approved", f"/moderation/{comment.public_id}/history/"):
        said = mo.get(page)
        assert f"The post is not public ({kind}" in words(said)
        assert "See it in the discussion" not in words(said)
        assert not [href for href in hrefs(said) if href.startswith(comment.post.path)]


def test_under_a_public_post_nothing_of_it_is_said(mo):
    comment = make_comment()
    assert "not public" not in words(mo.get("/moderation/"))
    decide(mo, comment)
    assert "1 comment approved." in (said := words(mo.get("/moderation/")))
    assert "is public" not in said


@KINDS
def test_approve_says_that_it_appears_later(mo, kind):
    comment = make_comment()
    take_down(comment.post, kind)
    decide(mo, comment)
    said = words(mo.get("/moderation/"))
    assert "1 comment approved. It appears when its post is public." in said
    assert not Comment.objects.public(timezone.now()).exists()


def test_of_many_it_says_how_many_appear_later(mo):
    hidden, seen = [make_comment() for _n in range(2)], make_comment()
    for comment in hidden:
        take_down(comment.post)
    decide(mo, *hidden, seen)
    said = words(mo.get("/moderation/"))
    assert "3 comments approved. 2 of them appear when their posts are public." in said


def test_the_script_is_told_of_which(mo):
    hidden, seen = make_comment(), make_comment()
    take_down(hidden.post)
    done = decide(mo, hidden, seen, **JSON).json()["done"]
    assert [row.get("note", "") for row in done] == ["It appears when its post is public.", ""]


def test_an_undo_that_approves_again_says_so_too(mo):
    comment = make_comment(status="approved")
    take_down(comment.post)
    batch = fresh(comment).mark_spam(by=moderator()).batch
    mo.post("/moderation/undo/", {"batch": str(batch)})
    said = words(mo.get("/moderation/"))
    assert "1 comment put back. Now: Approved. It appears when its post is public." in said


def test_to_edit_and_approve_says_so_too(mo):
    comment = make_comment()
    take_down(comment.post)
    said = {"body": "Other words.", "name": "Ana", "url": "", "approve": "1"}
    page = mo.get(f"/moderation/{comment.public_id}/edit/")
    seen = html(page).partition('name="seen" value="')[2].partition('"')[0]
    mo.post(f"/moderation/{comment.public_id}/edit/", said | {"seen": seen})
    told = words(mo.get("/moderation/"))
    assert "is changed and approved. It appears when its post is public." in told


def test_act_on_many_says_before_and_after_how_many_appear(mo):
    hidden = [make_comment(author_email="a@example.net") for _n in range(2)]
    make_comment(author_email="a@example.net")
    for comment in hidden:
        take_down(comment.post)
    page = words(mo.get("/moderation/many/", {"author": "a@example.net"}))
    assert "1 comment appears to readers at once. 2 comments appear when their posts" in page
    fields = {"verb": "approve", "tab": "pending", "author": "a@example.net"}
    before = timezone.now().isoformat().replace("+00:00", "Z")
    mo.post("/moderation/many/", fields | {"before": before})
    said = words(mo.get("/moderation/"))
    assert "3 comments approved. 2 of them appear when their posts are public." in said


def test_the_number_of_pending_counts_what_can_appear_and_the_rest_stands_below(mo):
    for _n in range(2):
        make_comment()
    for kind in changes():
        take_down(make_comment(submitted_at=timezone.now() - DAY).post, kind)
    said = words(mo.get("/moderation/"))
    assert "2 pending, the oldest for less than a minute" in said
    assert "6 more wait under posts that are not public." in said
    assert "Pending 8" in said


def test_the_number_is_that_of_the_moment_at_which_a_post_expires(mo, monkeypatch):
    comment = make_comment()
    expires = timezone.now() + DAY
    Post.objects.filter(pk=comment.post_id).update(expires_at=expires)
    assert "more wait" not in words(mo.get("/moderation/"))
    monkeypatch.setattr("comments.queue.counts.timezone.now", lambda: expires + DAY)
    assert "1 more waits under a post that is not public." in words(mo.get("/moderation/"))


def test_where_all_wait_under_such_posts_nothing_else_is_pending(mo):
    take_down(make_comment().post)
    said = words(mo.get("/moderation/"))
    assert "Nothing is pending" in said and "1 more waits under a post that is not" in said


def test_an_author_is_told_of_the_own_alone(client):
    own, other = make_comment(), make_comment()
    for comment in (own, other):
        take_down(comment.post)
    client.force_login(own.post.author)
    assert "1 more waits under a post that is not public." in words(client.get("/moderation/"))


def test_however_many_there_are_the_queue_asks_as_often(mo):
    def ask() -> int:
        mo.get("/moderation/")
        with CaptureQueriesContext(connection) as queries:
            mo.get("/moderation/")
        return len(queries)

    take_down(make_comment().post)
    few = ask()
    for kind in changes():
        take_down(make_comment().post, kind)
    assert ask() == few


# The commenter


def status_page(comment):
    return Client().get(f"/comments/{cookies.sign(comment)}/")


@KINDS
def test_the_commenter_is_not_told_that_it_is_published(kind):
    comment = make_comment(status="approved")
    take_down(comment.post, kind)
    page = status_page(comment)
    said = words(page)
    assert "Published. See it in the discussion." not in said
    assert "Approved by a moderator. It appears when the post is public again." in said
    assert "Keep the web address of this page" in said
    assert not [href for href in hrefs(page) if href.startswith(comment.post.path)]
    bring_back(comment.post)
    assert "Published. See it in the discussion." in words(status_page(comment))


def test_whoever_waits_is_told_that_the_post_is_not_public():
    comment = make_comment()
    assert "not public" not in words(status_page(comment))
    take_down(comment.post)
    assert "The post is not public at the moment." in words(status_page(comment))


# Mail


def settle() -> None:
    later(minutes=10)


@pytest.mark.usefixtures("mail_server")
@KINDS
def test_the_mail_to_the_commenter_waits_for_the_post(kind, mo):
    comment = asked()
    take_down(comment.post, kind)
    approve(comment)
    for _day in range(5):
        later(days=1)
    assert to_ana() == []
    said = words(mo.get(f"/moderation/{comment.public_id}/history/"))
    assert "Mail to the commenter: it is published: waits until the post is public" in said
    bring_back(comment.post)
    assert len(to_ana()) == 1
    assert Mail.objects.get(kind="published").sent_at


@pytest.mark.usefixtures("mail_server")
def test_so_do_mails_about_answers_and_to_the_author():
    comment = confirmed()
    take_down(comment.post)
    answer(comment)
    for _day in range(5):
        later(days=1)
    assert mail.outbox == []
    bring_back(comment.post)
    settle()
    assert {message.to[0] for message in mail.outbox} == {
        "ana@example.net",
        comment.post.author.email,
    }


@pytest.mark.usefixtures("mail_server")
def test_unapproved_meanwhile_it_is_closed_as_before():
    comment = asked()
    take_down(comment.post)
    approve(comment)
    fresh(comment).hold(by=moderator())
    assert to_ana() == []
    assert Mail.objects.get(kind="published").closed_at
    bring_back(comment.post)
    assert to_ana() == []


@pytest.mark.usefixtures("mail_server")
def test_taken_down_while_a_mail_is_written_it_waits_too(monkeypatch):
    comment = asked()
    approve(comment)
    row = Mail.objects.get(kind="published")
    now = timezone.now() + timedelta(minutes=2)
    claim = sending.claim

    def then_take_down(mail_row, at):
        found = claim(mail_row, at)
        take_down(comment.post)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(sending, "claim", then_take_down)
        sending.send(row, now)
    assert mail.outbox == [] and Mail.objects.open().filter(claimed_at=None).count() == 2
    bring_back(comment.post)
    assert len(to_ana()) == 1


@pytest.mark.usefixtures("mail_server")
def test_no_digest_is_sent_about_what_nobody_could_read_before_the_post_is_public():
    moderator()
    comment = make_comment()
    take_down(comment.post)
    settle()
    assert mail.outbox == []
    make_comment()
    settle()
    (message,) = mail.outbox
    assert message.subject == "1 comment waits at Broadside"
    assert "1 more waits under a post that is not public." in message.body
    assert comment.body not in message.body
    bring_back(comment.post)
    later(hours=2)
    assert comment.body in mail.outbox[-1].body


def test_a_post_is_public_or_it_is_not():
    now = timezone.now()
    for kind in changes():
        take_down(make_post(author=make_user(Role.AUTHOR)), kind)
    public = make_post()
    assert Post.objects.not_public(now).count() == len(changes())
    assert [post.is_visible(now) for post in Post.objects.order_by("pk")].count(True) == 1
    assert Post.objects.visible(now).get() == public
