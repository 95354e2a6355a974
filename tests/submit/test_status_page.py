"""What a commenter reads of the own comment, and what the feeds hold."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, Decision
from comments.submit import cookies
from tests.factories import make_comment, make_post, moderator, send_comment
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db


def status_page(client, comment):
    return client.get(f"/comments/{cookies.sign(comment)}/")


def day_of(moment) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B}"


def test_a_waiting_comment(client):
    response = status_page(client, make_comment(body="Is it true?"))
    said = "Saved. A moderator reads every comment before it appears. Yours has been waiting since"
    assert re.search(said + r" \d\d:\d\d\.", words(response))
    assert "Is it true?" in words(response)


def test_what_was_set_aside_says_when_it_is_deleted(client):
    comment = make_comment(status="spam")
    day = day_of(comment.status_at + timedelta(days=15))
    assert (
        "Saved, but our spam filter set it aside. A moderator can still publish it; "
        f"otherwise it is deleted on {day}." in words(status_page(client, comment))
    )


def test_what_filled_the_trap_reads_the_ordinary_words(client):
    comment = make_comment(status="spam", held_because=[["trap", "x"]])
    said = words(status_page(client, comment))
    assert "waiting since" in said
    assert "spam" not in said


def test_what_a_person_put_in_the_trash(client):
    said = words(status_page(client, make_comment(status="trash")))
    assert "A moderator decided not to publish this comment." in said


def test_what_was_taken_down_again(client):
    comment = make_comment(status="approved")
    comment.hold(by=moderator())
    said = words(status_page(client, comment))
    assert "This comment was published and is being looked at again." in said


def test_what_is_published_is_linked(client):
    comment = make_comment(status="approved")
    response = status_page(client, comment)
    assert "Published. See it in the discussion." in words(response)
    assert comment.get_absolute_url() in hrefs(response)


def test_what_is_gone_is_410(client):
    comment = make_comment()
    address = f"/comments/{cookies.sign(comment)}/"
    Comment.objects.all().delete()
    response = client.get(address)
    assert response.status_code == 410
    assert "This comment has been deleted." in words(response)
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("signed", ["{pk}:forged", "{pk}:{other}", "{pk}:", "{pk}", "0:{other}"])
def test_a_forged_signature_is_404(client, signed):
    comment, other = make_comment(), make_comment()
    signature = cookies.sign(other).partition(":")[2]
    address = signed.format(pk=comment.pk, other=signature)
    response = client.get(f"/comments/{address}/")
    assert response.status_code == 404
    assert "This link is incomplete" in words(response)
    assert "/comments/find/" in html(response)


def test_the_signature_of_another_purpose_is_404(client):
    comment = make_comment()
    signed = signing.Signer(salt="waiting").sign(str(comment.public_id))
    assert client.get(f"/comments/{signed}/").status_code == 404


def test_it_is_found_by_no_search_and_kept_by_no_cache(client):
    response = status_page(client, make_comment())
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in html(response)


def test_the_links_of_a_waiting_comment_lead_nowhere(client):
    comment = make_comment(body="Look: https://example.net/x", author_url="https://ana.example/")
    response = status_page(client, comment)
    assert "https://example.net/x" in words(response)
    assert not [href for href in hrefs(response) if "example" in href]


def test_it_says_nothing_of_the_checks_and_the_moderators(client):
    comment = make_comment(status="trash", ip="198.51.100.77")
    page = html(status_page(client, comment))
    for secret in ("Mo Derator", "198.51.100.77", comment.author_email, "Akismet"):
        assert secret not in page


def items(response) -> list[str]:
    assert response.status_code == 200
    return [item.findtext("link") for item in ET.fromstring(response.content).iter("item")]


def test_the_feed_of_comments_holds_public_ones_only(client):
    public = make_comment(status="approved", body="A & <b> \x0b電")
    for status in ("pending", "spam", "trash"):
        make_comment(public.post, status=status)
    hidden = make_comment(status="approved")
    Post.objects.filter(pk=hidden.post_id).update(status=Post.Status.PRIVATE)
    assert items(client.get("/comments/feed/")) == [public.url]


def test_the_feed_of_a_post_holds_its_own_public_ones(client):
    first = make_comment(status="approved")
    second = make_comment(first.post, status="approved")
    make_comment(first.post)
    make_comment(status="approved")
    assert items(client.get(f"{first.post.path}feed/")) == [second.url, first.url]


def test_the_feed_of_a_hidden_post_is_not_there(client):
    post = make_comment(status="approved").post
    Post.objects.filter(pk=post.pk).update(status=Post.Status.DRAFT)
    assert client.get(f"{post.path}feed/").status_code == 404


def test_a_feed_shows_a_reader_no_waiting_comment_of_their_own(client):
    post = make_post()
    send_comment(client, post)
    assert items(client.get(f"{post.path}feed/")) == []


def test_a_feed_names_nobodys_address(client):
    comment = make_comment(status="approved", ip="198.51.100.77")
    page = html(client.get("/comments/feed/"))
    assert comment.author_name in page
    assert comment.author_email not in page and "198.51.100.77" not in page
    assert Decision.objects.filter(comment=comment).count() == 2
