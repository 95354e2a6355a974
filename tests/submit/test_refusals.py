"""What the form of a post refuses, in which words, and that no text is ever lost."""

import re
from datetime import timedelta
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, Policy
from comments.rules.admission import LONGEST
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

TYPED = "Nobody got in & <that> is “true”."
BLANK = (
    "\u00a0",
    "\u200e\u200f\u202e",
    "\u3164",
    "\u2800\u2800",
    "\u115f\u1160",
    "\uffa0",
    "\ufe0f",
)


def set_policy(**fields):
    Policy(pk=1, **fields).save()


def assert_refused(response, status, said, *, text=TYPED):
    assert response.status_code == status
    assert said in words(response)
    assert text in words(response)
    assert not Comment.objects.filter(body=text).exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("body", "", "Please write something."),
        ("body", " \r\n\t ", "Please write something."),
        ("body", "\u200b\u2060", "Please write something."),
        ("body", "x" * 5_001, "At most 5,000 characters can be sent; this text has 5,001."),
        ("name", "", "Please give a name; it is shown with your comment."),
        ("name", "\u200b \u00ad", "Please give a name; it is shown with your comment."),
        ("name", "x" * 101, "at most 100 characters"),
        ("email", "", "Please give an e-mail address; it is not published."),
        ("email", "not an address", "Enter a valid email address."),
        ("email", "a@b", "Enter a valid email address."),
        ("url", "javascript:alert(1)", "Enter a valid URL."),
        ("url", "ftp://example.net/file", "Enter a valid URL."),
    ],
)
def test_a_field_that_is_wrong_is_named_and_the_text_kept(client, post, field, value, said):
    fields = {"body": TYPED, "name": "Ana Reader"} | {field: value}
    response = send_comment(client, post, **fields)
    assert response.status_code == 422
    assert said in words(response)
    for kept in fields.values():
        assert " ".join(kept.split()) in html(response).replace("&amp;", "&").replace(
            "&lt;", "<"
        ).replace("&gt;", ">")
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("blank", BLANK)
def test_a_text_and_a_name_that_nobody_would_see_are_refused(client, post, blank):
    said = words(send_comment(client, post, body=blank, name=blank))
    assert "Please write something." in said
    assert "Please give a name; it is shown with your comment." in said
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("mark", [">", "```\n```", "`\u00a0`", "> \u3164"])
def test_marks_around_nothing_are_no_text(client, post, mark):
    response = send_comment(client, post, body=mark)
    assert response.status_code == 422 and "Please write something." in words(response)


@pytest.mark.parametrize("parent", ["999999", "abc", "-1", "1.5", "9" * 18, "9" * 40, "0", "1\0"])
def test_a_forged_parent_is_refused(client, post, parent):
    response = send_comment(client, post, body=TYPED, parent=parent)
    assert_refused(response, 422, "The comment that you answer is not on this post.")


def test_a_parent_on_another_post_is_refused_and_not_shown(client, post):
    other = make_comment(status="approved", body="Said elsewhere.")
    response = send_comment(client, post, body=TYPED, parent=str(other.public_id))
    assert_refused(response, 422, "The comment that you answer is not on this post.")
    assert "Said elsewhere." not in words(response)


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_a_parent_that_is_not_public_is_refused_and_not_shown(client, post, status):
    parent = make_comment(post, status=status, body="Not for everybody.")
    response = send_comment(client, post, body=TYPED, parent=str(parent.public_id))
    assert_refused(response, 403, "The comment that you answer is not public.")
    assert "Not for everybody." not in words(response)


def test_a_thread_that_is_too_deep_takes_no_answer(client, post):
    set_policy(depth=2)
    first = make_comment(post, status="approved")
    second = make_comment(parent=first, status="approved")
    assert send_comment(client, post, parent=str(first.public_id)).status_code == 303
    response = send_comment(client, post, body=TYPED, parent=str(second.public_id))
    assert_refused(response, 422, "This thread is too deep for another answer.")


@pytest.mark.parametrize("shut", [{"comments_open": False}, {"days_ago": 15}])
def test_closed_comments_are_refused_before_the_text_is_looked_at(client, shut):
    set_policy(close_after_days=14)
    response = send_comment(client, make_post(**shut), body=TYPED, name="")
    assert_refused(response, 403, "Comments on this post are closed.")


def test_one_day_before_closing_it_is_taken(client):
    set_policy(close_after_days=14)
    assert send_comment(client, make_post(days_ago=13)).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "http://["},
        {"Sec-Fetch-Site": "", "Origin": "https://testserver"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:9000"},
    ],
)
def test_a_form_of_another_site_is_refused(client, post, headers):
    response = send_comment(client, post, headers=headers, body=TYPED)
    assert_refused(response, 403, "This form was sent from another site.")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "", "Origin": "HTTP://TESTSERVER"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:8000"},
    ],
)
def test_a_form_of_our_own_is_taken_as_such(client, post, headers):
    assert send_comment(client, post, headers=headers).status_code == 303
    assert Comment.objects.get().held_because == []


@pytest.mark.parametrize("headers", [{"Origin": "null"}, {}])
def test_without_a_known_origin_it_is_held_with_the_reason(client, post, headers):
    response = send_comment(client, post, headers={"Sec-Fetch-Site": ""} | headers)
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert (comment.status, comment.held_because) == ("pending", [["no-origin", ""]])


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Post.Status.DRAFT},
        {"status": Post.Status.PUBLISHED, "days_ago": -1},
        {"status": Post.Status.TRASH},
        {"status": Post.Status.PRIVATE},
        {"expires_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_a_post_that_is_not_public_is_not_there(client, hidden):
    post = make_post(**hidden)
    Post.objects.filter(pk=post.pk).update(path="/2026/10/hidden/")
    post.path = "/2026/10/hidden/"
    for text in (TYPED, "x" * 70_000):
        response = send_comment(client, post, body=text, homepage2="pills", parent="7")
        assert_refused(response, 404, "There is no public post at this address.", text=text)
        assert f"{escape(text, quote=False)}</textarea>" in html(response).replace("&quot;", '"')
        assert "pills" not in words(response) and "parent" not in words(response)
    assert send_comment(client, post, body="x" * 3_000_000).status_code == 404
    assert Comment.objects.count() == 0


def test_an_address_without_a_post_is_answered_as_one_that_is_hidden(client, post):
    post.path = "/2026/10/never/"
    response = send_comment(client, post, body=TYPED)
    assert_refused(response, 404, "There is no public post at this address.")


def test_what_is_taken_down_while_others_are_served_is_refused_with_the_text(client, post):
    def hide_meanwhile(execute, sql, *args):
        found = execute(sql, *args)
        if '"digest" =' in sql:
            Post.objects.filter(pk=post.pk).update(status="private")
        return found

    with connection.execute_wrapper(hide_meanwhile):
        response = send_comment(client, post, body=TYPED)
    assert_refused(response, 404, "There is no public post at this address.")


def test_whoever_reads_a_private_post_is_offered_no_form_that_ends_in_404(client, post):
    said = make_comment(post, status="approved")
    client.force_login(post.author)
    reply, report = (
        f"{post.path}reply/{said.public_id}/",
        f"{post.path}comments/{said.public_id}/report/",
    )
    public = client.get(post.path)
    assert "Leave a Reply" in words(public)
    assert {reply, report} <= set(hrefs(public))
    Post.objects.filter(pk=post.pk).update(status="private")
    private = client.get(post.path)
    assert said.body in words(private)
    assert "This post is not public, so nobody can comment on it." in words(private)
    assert "Leave a Reply" not in words(private) and "<textarea" not in html(private)
    assert {reply, report} & set(hrefs(private)) == set()
    response = send_comment(client, post, body=TYPED)
    assert_refused(response, 404, "There is no public post at this address.")


def test_what_somebody_else_said_may_not_be_said_again(post):
    said = {"body": TYPED, "name": "Ana", "email": "ana@example.net"}
    send_comment(Client(), post, **said)
    response = send_comment(Client(), post, ip="198.51.100.4", **said)
    assert response.status_code == 409
    assert "You have already said that here. Your text is below." in words(response)
    assert TYPED in words(response)
    assert Comment.objects.count() == 1


def test_a_second_click_whose_first_answer_got_lost_is_one_comment(post):
    said = {"body": TYPED, "name": "Ana", "email": "ana@example.net"}
    send_comment(Client(), post, **said)
    client = Client()
    response = send_comment(client, post, **said)
    comment = Comment.objects.get()
    assert response.url.endswith(f"#comment-{comment.public_id}")
    assert "Saved. A moderator reads every comment" in words(client.get(response.url))


@pytest.mark.parametrize("since", ["closed", "parent taken down"])
def test_ones_own_that_waits_is_shown_again_whatever_happened_since(client, post, since):
    parent = make_comment(post, status="approved")
    said = {"body": TYPED, "email": "ana@example.net", "parent": str(parent.public_id)}
    first = send_comment(client, post, **said)
    if since == "closed":
        Post.objects.filter(pk=post.pk).update(comments_open=False)
    else:
        parent.hold(by=moderator())
    assert send_comment(client, post, **said).url == first.url
    response = send_comment(client, post, **said | {"body": "Something else."})
    assert_refused(response, 403, "", text="Something else.")


def test_what_is_closed_while_others_are_served_is_refused(client, post):
    def close_meanwhile(execute, sql, *args):
        found = execute(sql, *args)
        if '"digest" =' in sql:
            Post.objects.filter(pk=post.pk).update(comments_open=False)
        return found

    with connection.execute_wrapper(close_meanwhile):
        response = send_comment(client, post, body=TYPED)
    assert_refused(response, 403, "Comments on this post are closed.")


def test_the_page_names_the_rule_that_refused(client):
    response = send_comment(client, make_post(comments_open=False), body=TYPED)
    assert 'role="alert" data-reason="closed"' in html(response)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", "x" * 5_001),
        ("name", "x" * 101),
        ("email", f"{'x' * 60}@{'example.' * 25}net"),
        ("url", f"https://example.net/{'x' * 281}"),
    ],
)
def test_the_page_names_the_rule_of_what_is_too_long(client, post, field, value):
    response = send_comment(client, post, **{field: value})
    assert response.status_code == 422
    named = f'<li data-reason="too-long"><a href="#comment-form-{field}">'
    assert html(response).count("data-reason=") == html(response).count(named) == 1
    form = html(client.get(post.path))
    assert field == "body" or f'maxlength="{LONGEST[field]}"' in form
    assert Comment.objects.count() == 0


def test_the_same_words_elsewhere_are_no_duplicate(client, post):
    said = {"body": TYPED, "name": "Ana", "email": "ana@example.net"}
    parent = make_comment(post, status="approved")
    set_policy(seconds_between=0)
    for fields in (said, said | {"parent": str(parent.public_id)}, said | {"name": "Ana B"}):
        assert send_comment(Client(), post, **fields).status_code == 303
    assert send_comment(Client(), make_post(), **said).status_code == 303


@pytest.mark.parametrize("status", ["spam", "trash"])
def test_what_lies_in_spam_or_trash_may_be_said_again(client, post, status):
    said = {"body": TYPED, "name": "Ana", "email": "ana@example.net"}
    old = timezone.now() - timedelta(hours=1)
    fields = {"author_name": "Ana", "author_email": "ana@example.net", "submitted_at": old}
    make_comment(post, status=status, body=TYPED, **fields)
    assert send_comment(client, post, **said).status_code == 303
    assert Comment.objects.filter(body=TYPED, status="pending").count() == 1


def test_over_64_kb_is_refused_with_the_text(client, post):
    response = send_comment(client, post, body=TYPED + "x" * 65_536)
    assert response.status_code == 413
    said = "That is more than can be sent at once (64 kB). Your text is below."
    assert said in words(response)
    assert TYPED + "x" * 65_536 in words(response)
    assert Comment.objects.count() == 0


def test_5000_characters_of_any_script_fit_into_64_kb(client, post):
    assert send_comment(client, post, body="𝒳" * 5_000).status_code == 303


def test_what_is_too_large_even_to_be_shown_is_refused_in_words(client, post):
    response = send_comment(client, post, body="x" * 3_000_000)
    assert response.status_code == 413
    assert "Go back: your browser has the text." in words(response)
    assert len(response.content) < 100_000


@pytest.mark.parametrize("same", ["email", "cookie"])
def test_the_same_sender_waits_15_seconds(post, same):
    client = Client()
    send_comment(client, post, email="Ana@example.net")
    email = "ana@example.net" if same == "email" else "other@example.net"
    client = Client() if same == "email" else client
    response = send_comment(client, post, email=email, ip="198.51.100.1", body=TYPED)
    assert 1 <= int(response["Retry-After"]) <= 15
    seconds = f"You can send it in {response['Retry-After']} second"
    assert_refused(response, 429, seconds)
    assert "Your text is below." in words(response)


def test_after_15_seconds_the_same_sender_is_taken(client, post):
    old = timezone.now() - timedelta(seconds=15)
    make_comment(post, author_email="ana@example.net", submitted_at=old)
    assert send_comment(client, post, email="ana@example.net").status_code == 303


def test_the_flood_counts_what_was_set_aside_too(client, post):
    make_comment(post, author_email="ana@example.net", status="spam")
    assert send_comment(client, post, email="ana@example.net").status_code == 429


def locks(client, post, **fields) -> list[int]:
    with CaptureQueriesContext(connection) as queries:
        assert send_comment(client, post, **fields).status_code == 303
    found = "".join(query["sql"] for query in queries).partition("FOR NO KEY UPDATE")[0]
    (keys,) = re.findall(r"pg_advisory_xact_lock.*?unnest\('{(.*?)}'", found)
    return [int(key) for key in keys.split(",")]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time anyway")
def test_one_sender_sends_to_one_post_at_a_time(post):
    """See also tests/bench/races.py."""
    set_policy(seconds_between=0)
    first = locks(Client(), post, email="ana@example.net", ip="203.0.113.7")
    again = locks(Client(), make_post(), email="Ana@Example.net", ip="203.0.113.99")
    other = locks(Client(), post, email="bo@example.net", ip="198.51.100.1")
    assert len(first) == 2 and first == sorted(first) == again
    assert not set(first) & set(other)
    assert len(locks(Client(), post, email="cy@example.net", ip="")) == 2


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time anyway")
def test_those_whose_address_is_unknown_send_one_at_a_time(post):
    """They share one limit. Accounts without an e-mail address are not one sender."""
    set_policy(seconds_between=0)
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(make_user(email=""))
    (network,) = locks(first, post, ip="")
    assert locks(second, make_post(), ip="") == [network]
    assert network in locks(Client(), post, email="bo@example.net", ip="")


def test_accounts_without_an_e_mail_address_are_not_one_sender(post):
    for number in (1, 2):
        client = Client()
        client.force_login(make_user(email=""))
        assert send_comment(client, post, ip=f"198.51.{number}.1").status_code == 303


def test_a_network_is_refused_from_the_11th_in_10_minutes(post):
    for number in range(10):
        assert send_comment(Client(), post, ip=f"203.0.113.{number}").status_code == 303
    response = send_comment(Client(), post, body=TYPED)
    assert_refused(response, 429, "You can send it in")
    assert 590 <= int(response["Retry-After"]) <= 600
    assert send_comment(Client(), post, ip="198.51.100.1").status_code == 303


def test_all_whose_address_is_unknown_share_a_limit(post):
    codes = [send_comment(Client(), post, ip="").status_code for _n in range(31)]
    assert codes == [303] * 30 + [429]
    response = send_comment(Client(), post, body=TYPED, ip="")
    assert_refused(response, 429, "You can send it in 10 minutes.")
    assert send_comment(Client(), post, ip="198.51.100.1").status_code == 303


def test_a_clock_that_was_set_back_hides_nothing_that_was_sent_since(client, post):
    future = timezone.now() + timedelta(hours=1)
    for _number in range(12):
        make_comment(post, author_email="ana@example.net", submitted_at=future)
    assert send_comment(client, post, email="ana@example.net").status_code == 303
    response = send_comment(client, post, email="ana@example.net")
    assert response.status_code == 429 and int(response["Retry-After"]) <= 15


def test_a_network_is_free_again_after_10_minutes(client, post):
    old = timezone.now() - timedelta(minutes=10, seconds=1)
    for _number in range(10):
        make_comment(post, submitted_at=old)
    assert send_comment(client, post).status_code == 303


def test_staff_may_answer_as_fast_as_they_like(client, post):
    client.force_login(moderator())
    assert [send_comment(client, post).status_code for _n in range(12)] == [303] * 12
