"""Lost the link: one answer for every address, one mail an hour, and nothing for a stranger."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments import signed_links
from comments.mail.sending import send
from comments.models import Comment, Mail, OptOut
from comments.submit import cookies
from tests.factories import make_comment, make_post, run_tasks
from tests.mailbox import later, path_of
from tests.pages import hrefs, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]

EMAIL = "ana@example.net"
SAID = (
    "If comments were sent with this e-mail address in the last two years, a mail with their links "
    "is on its way."
)


def ask(email=EMAIL, *, ip="203.0.113.7", **headers):
    headers = {"Sec-Fetch-Site": "same-origin"} | headers
    return Client().post("/comments/find/", {"email": email}, REMOTE_ADDR=ip, headers=headers)


def to_ana() -> list:
    return [message for message in mail.outbox if message.to == [EMAIL]]


def follow(response):
    assert response.status_code == 303
    return Client().get(response["Location"])


def test_the_links_of_all_comments_come_by_mail_and_none_of_their_words():
    post = make_post(title="The tram")
    comments = [
        make_comment(post, author_email="Ana@Example.net", status=status, author_name="Ana R")
        for status in ("pending", "approved", "spam", "trash")
    ]
    make_comment(author_email="eve@example.net")
    ask()
    run_tasks()
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    for comment in comments:
        path = f"/comments/{cookies.sign(comment)}/"
        assert path in message.body and path in message.alternatives[0][0]
        assert comment.body not in message.body
        assert Client().get(path).status_code == 200
    assert message.body.count("/comments/") == len(comments) + 1
    assert "Ana R" not in message.body


def test_every_address_reads_the_same():
    make_comment(author_email=EMAIL)
    known, unknown = ask(), ask("nobody@example.net")
    assert known["Location"] == unknown["Location"]
    assert words(follow(known)) == words(follow(unknown))
    assert SAID in words(follow(unknown))
    run_tasks()
    assert [m.to for m in mail.outbox] == [[EMAIL]]


def test_every_address_costs_the_same():
    make_comment(author_email=EMAIL)
    ask("warm@example.net")

    def statements(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            ask(email)
        return [query["sql"].split()[0] for query in queries]

    assert statements(EMAIL) == statements("nobody@example.net") == statements(EMAIL)


def test_one_mail_for_an_address_and_hour():
    make_comment(author_email=EMAIL)
    for email in (EMAIL, "ANA@example.net", EMAIL):
        ask(email)
    run_tasks()
    assert len(to_ana()) == 1
    later(minutes=59)
    ask()
    run_tasks()
    assert len(to_ana()) == 1
    later(minutes=2)
    ask()
    run_tasks()
    assert len(to_ana()) == 2


def test_of_two_that_are_sent_at_once_one_goes():
    make_comment(author_email=EMAIL)
    for _click in range(2):
        ask()
    first, second = Mail.objects.order_by("pk")
    now = timezone.now()
    Mail.objects.filter(pk=second.pk).update(claimed_at=now)  # its sender was faster
    send(first, now)
    assert to_ana() == []
    Mail.objects.filter(pk=second.pk).update(claimed_at=None)
    send(second, now)
    later(minutes=2)
    run_tasks()
    assert len(to_ana()) == 1
    assert not Mail.objects.open().exists()


def test_the_newest_20_of_two_years():
    post, now = make_post(), timezone.now()
    for n in range(23):
        make_comment(post, author_email=EMAIL, submitted_at=now - timedelta(days=n))
    newest = Comment.objects.order_by("-submitted_at")[:20]
    ask()
    run_tasks()
    links = [f"/comments/{cookies.sign(comment)}/" for comment in newest]
    assert all(link in mail.outbox[0].body for link in links)
    assert mail.outbox[0].body.count("/comments/") == 21
    old = make_comment(author_email="eve@example.net", submitted_at=now - timedelta(days=800))
    ask(old.author_email)
    run_tasks()
    assert len(to_ana()) == 1


def test_a_piece_that_is_not_public_is_not_named():
    comment = make_comment(make_post(title="A secret plan"), author_email=EMAIL)
    Post.objects.update(status=Post.Status.DRAFT)
    ask(comment.author_email)
    run_tasks()
    assert "A secret plan" not in mail.outbox[0].body
    assert "A post that is not public" in mail.outbox[0].body


def test_ten_in_ten_minutes_from_one_network():
    for n in range(10):
        assert ask(f"a{n}@example.net").status_code == 303
    refused = ask("typed@example.net", ip="203.0.113.99")
    assert refused.status_code == 429
    assert refused["Retry-After"] in ("600", "599")
    assert "You can ask in 10 minutes." in words(refused)
    assert 'value="typed@example.net"' in refused.content.decode()
    assert ask(ip="198.51.100.1").status_code == 303
    later(minutes=10)
    assert ask().status_code == 303


def test_all_whose_address_is_unknown_share_a_limit():
    assert {ask(f"a{n}@example.net", ip="").status_code for n in range(30)} == {303}
    assert ask("typed@example.net", ip="").status_code == 429
    assert ask(ip="198.51.100.1").status_code == 303


@pytest.mark.parametrize("email", ["", "ana", "a@b", "a@x.org, b@x.org", "x" * 300 + "@x.org"])
def test_what_is_no_address_is_said_at_the_field_and_kept(email):
    refused = ask(email)
    assert refused.status_code == 422
    assert "errorlist" in refused.content.decode()
    assert f'value="{email}"' in refused.content.decode() or not email
    assert not Mail.objects.exists()


def test_a_form_of_another_site_is_refused():
    assert ask(**{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Mail.objects.exists()


def test_an_address_that_wants_no_mail_gets_none():
    make_comment(author_email=EMAIL)
    ask()
    run_tasks()
    link = mail.outbox[0].message()["List-Unsubscribe"].strip("<>")
    assert link == signed_links.to_reader("address", EMAIL)
    Client().post(path_of(link), {"List-Unsubscribe": "One-Click"})
    assert OptOut.contains(EMAIL)
    later(hours=2)
    assert words(follow(ask())) == words(follow(ask("nobody@example.net")))
    run_tasks()
    assert len(to_ana()) == 1


def test_addresses_that_were_asked_for_are_forgotten_after_a_day():
    ask("nobody@example.net")
    run_tasks()
    later(hours=25)
    assert not Mail.objects.exists()


def test_without_a_mail_server_the_page_says_so(settings):
    settings.EMAIL_URL = ""
    said = "This site sends no mail, so it cannot send you the links."
    assert said in words(Client().get("/comments/find/"))
    assert said in words(ask())
    assert not Mail.objects.exists()


def test_the_form_and_the_page_of_a_deleted_comment_lead_there(client):
    comment = make_comment()
    assert "/comments/find/" in hrefs(client.get(comment.post.path))
    path = f"/comments/{cookies.sign(comment)}/"
    comment.delete()
    assert "/comments/find/" in hrefs(client.get(path))


def test_it_is_found_by_no_search_and_kept_by_no_cache(client):
    response = client.get("/comments/find/")
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "private, no-cache"
