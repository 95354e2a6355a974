"""A moderator's own words to a commenter."""

import pytest

from blog.models import Role
from comments.models import Mail, OptOut
from tests.factories import make_comment, make_user, moderator
from tests.mailbox import later, sent
from tests.pages import field, html, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def write(client, comment, text="Could you tell us where?", **fields):
    path = f"/moderation/{comment.public_id}/write/"
    once = field(client.get(path), "once")
    return client.post(path, {"text": text, "once": once, **fields})


def test_a_letter_goes_once_and_stands_in_the_history(mo):
    comment = make_comment()
    once = {"once": "6f3b3c1e-0000-4000-8000-000000000001"}
    for _n in range(2):
        answer = write(mo, comment, **once)
    assert answer.status_code == 303
    (message,) = sent()
    assert message.to == [comment.author_email]
    assert "Could you tell us where?" in message.body
    assert message.message()["Auto-Submitted"] == "no"
    for secret in (comment.author_name, comment.body, "Mo Derator", moderator().email):
        assert secret not in message.body
    said = words(mo.get(answer["Location"]))
    assert "Mo Derator wrote to the commenter Could you tell us where?" in said


def test_the_page_says_what_the_commenter_will_see(mo):
    comment = make_comment()
    page = words(mo.get(f"/moderation/{comment.public_id}/write/"))
    assert f"The commenter gets a mail at {comment.author_email}" in page
    assert "no-reply@127.0.0.1" in page
    assert "Your own name and address are not in it." in page


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 5_001])
def test_a_letter_without_words_is_refused_and_kept(mo, text):
    comment = make_comment()
    answer = write(mo, comment, text=text)
    assert answer.status_code == 422
    assert text.strip() in html(answer)
    assert not Mail.objects.exists()


def test_who_may_not_decide_writes_to_nobody(client):
    comment = make_comment()
    client.force_login(make_user(Role.AUTHOR))
    path = f"/moderation/{comment.public_id}/write/"
    assert client.post(path, {"text": "Hello"}).status_code == 404
    client.force_login(comment.post.author)
    assert write(client, comment).status_code == 303


def test_nobody_is_written_to_who_wants_no_mail(mo):
    comment = make_comment()
    OptOut.add(OptOut.digest_of(comment.author_email))
    page = mo.get(f"/moderation/{comment.public_id}/write/")
    assert "wants no mail from here" in words(page) and "<textarea" not in html(page)
    page = mo.post(f"/moderation/{comment.public_id}/write/", {"text": "Hello & <hi>"})
    assert page.status_code == 422
    said = "wants no mail from here. Nothing was sent. What you typed is below."
    assert said in words(page)
    assert "Hello &amp; &lt;hi&gt;</textarea>" in html(page) and ">Send<" not in html(page)
    assert not Mail.objects.exists()


def test_the_history_says_what_was_sent_and_what_was_not(mo):
    comment = make_comment()
    comment.approve(by=moderator())
    path = f"/moderation/{comment.public_id}/history/"
    assert "Mail to the author of the post: a new comment: on its way" in words(mo.get(path))
    comment.hold(by=moderator())
    later(minutes=6)
    said = words(mo.get(path))
    assert "a new comment: not sent, it is not public any more" in said
