"""The comments under a post, as each reader sees them."""

import re

import pytest
from django.test import Client

from blog.models import Role
from comments.models import Comment, Policy
from comments.submit import cookies
from comments.thread import tree
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

NOTICE = "Saved. A moderator reads every comment before it appears. Yours has been waiting since"
ANONYMOUS_NOTICE = "Your comment is saved and waits for a moderator."


def approved(**fields):
    return make_comment(status="approved", **fields)


def shown(response) -> list[tuple[int, int]]:
    """(id, depth) of each comment, in the order of the page."""
    found = re.findall(r'<li class="depth-(\d+)" id="comment-(\d+)"', html(response))
    return [(int(pk), int(depth)) for depth, pk in found]


def reply_links(response) -> list[str]:
    return [href for href in hrefs(response) if "/reply/" in href]


def test_answers_follow_what_they_answer_in_the_order_sent(client, post):
    first, second = approved(post=post), approved(post=post)
    answer, other = approved(parent=first), approved(parent=first)
    deep = approved(parent=answer)
    expected = [(first, 0), (answer, 1), (deep, 2), (other, 1), (second, 0)]
    assert shown(client.get(post.path)) == [(row.public_id, depth) for row, depth in expected]


def test_the_count_is_of_public_comments(client, post):
    approved(parent=approved(post=post))
    make_comment(post)
    make_comment(post, status="spam")
    assert "2 comments" in words(client.get(post.path))


def test_an_answer_says_whom_it_answers(client, post):
    approved(parent=approved(post=post, author_name="Zoë"))
    assert "in reply to Zoë" in words(client.get(post.path))


def test_there_is_no_reply_link_at_the_depth_limit(client, post):
    Policy(pk=1, depth=2).save()
    first = approved(post=post)
    approved(parent=first)
    assert reply_links(client.get(post.path)) == [f"{post.path}reply/{first.public_id}/"]


def test_closed_comments_are_read_but_not_answered(client):
    post = make_post(comments_open=False)
    approved(post=post, body="The bell was heard.")
    response = client.get(post.path)
    assert "The bell was heard." in words(response)
    assert "Comments on this post are closed." in words(response)
    assert reply_links(response) == []
    assert 'method="post"' not in html(response)


def test_50_threads_stand_on_a_page_whole(client, post):
    roots = [approved(post=post) for _n in range(51)]
    answer = approved(parent=roots[49])
    first, second = client.get(post.path), client.get(f"{post.path}comments/page/2/")
    assert len(shown(first)) == 51
    assert shown(first)[-1] == (answer.public_id, 1)
    assert shown(second) == [(roots[50].public_id, 0)]


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(tree, "PER_PAGE", 2)


def test_a_comments_own_address_leads_to_its_page(client, post, short_pages):
    roots = [approved(post=post) for _n in range(3)]
    late = approved(parent=roots[0])
    for comment, page in ((roots[0], ""), (late, ""), (roots[2], "comments/page/2/")):
        response = client.get(f"{post.path}comments/{comment.public_id}/")
        assert response.status_code == 302
        assert response["Location"] == f"{post.path}{page}#comment-{comment.public_id}"


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_a_comment_that_is_not_public_has_no_address(client, post, status):
    hidden = make_comment(post, status=status)
    assert client.get(f"{post.path}comments/{hidden.public_id}/").status_code == 404


def test_a_comment_has_no_address_under_another_post(client, post):
    assert (
        client.get(f"{make_post().path}comments/{approved(post=post).public_id}/").status_code
        == 404
    )


def test_after_posting_the_reader_is_on_the_page_of_the_comment(client, post, short_pages):
    roots = [approved(post=post) for _n in range(2)]
    response = send_comment(client, post)
    comment = Comment.objects.latest("pk")
    assert (
        response["Location"]
        == f"{post.path}comments/page/2/?c={comment.public_id}#comment-{comment.public_id}"
    )
    page = client.get(response["Location"])
    assert shown(page) == [(comment.public_id, 0)]
    answer = send_comment(Client(), post, parent=str(roots[0].public_id))
    assert answer["Location"].startswith(f"{post.path}?c=")


def test_page_1_is_the_post_itself(client, post):
    response = client.get(f"{post.path}comments/page/1/")
    assert (response.status_code, response["Location"]) == (301, post.path)


@pytest.mark.parametrize("number", ["0", "2", "999999"])
def test_beyond_the_last_page_there_is_nothing(client, post, number):
    approved(post=post)
    assert client.get(f"{post.path}comments/page/{number}/").status_code == 404


def test_a_waiting_thread_makes_no_page_for_others(client, post, short_pages):
    for _n in range(2):
        approved(post=post)
    send_comment(client, post)
    assert client.get(f"{post.path}comments/page/2/").status_code == 200
    assert Client().get(f"{post.path}comments/page/2/").status_code == 404


@pytest.mark.parametrize("verb", ["hold", "mark_spam", "trash"])
def test_of_a_removed_comment_one_line_stays_while_it_has_public_answers(client, post, verb):
    removed = approved(post=post, author_name="Zoë Wrong", body="Quite unfit for print.")
    answer = approved(parent=removed)
    getattr(removed, verb)(by=moderator())
    response = client.get(post.path)
    assert shown(response) == [(removed.public_id, 0), (answer.public_id, 1)]
    assert words(response).count("Comment removed") == 1
    assert "Quite unfit" not in html(response)
    assert "Zoë" not in html(response)


def test_a_removed_comment_without_public_answers_leaves_nothing(client, post):
    removed = approved(post=post)
    make_comment(parent=removed)
    make_comment(parent=removed, status="spam")
    removed.trash(by=moderator())
    response = client.get(post.path)
    assert shown(response) == []
    assert "Comment removed" not in words(response)


def test_a_removed_comment_cannot_be_answered(client, post):
    removed = approved(post=post)
    answer = approved(parent=removed)
    removed.trash(by=moderator())
    assert reply_links(client.get(post.path)) == [f"{post.path}reply/{answer.public_id}/"]


def test_the_own_waiting_comment_stands_in_its_place_with_the_notice(client, post):
    first = approved(post=post)
    send_comment(client, post, parent=str(first.public_id), body="Look: https://example.net/x")
    second = approved(post=post)
    own = Comment.objects.get(parent=first)
    response = client.get(f"{post.path}?c={own.public_id}")
    assert shown(response) == [(first.public_id, 0), (own.public_id, 1), (second.public_id, 0)]
    assert re.search(NOTICE + r" \d\d:\d\d\.", words(response))
    assert "Look: https://example.net/x" in words(response)
    assert not [href for href in hrefs(response) if "example.net" in href]
    assert ANONYMOUS_NOTICE not in words(response)


def test_the_notice_leads_to_the_status_page(client, post):
    send_comment(client, post)
    (address,) = re.findall(r'href="(/comments/\d+:[^"]+/)"', html(client.get(post.path)))
    assert client.get(address).status_code == 200


def test_the_own_waiting_comment_is_not_counted_or_answered(client, post):
    send_comment(client, post)
    response = client.get(post.path)
    assert "1 comment" not in words(response)
    assert reply_links(response) == []


@pytest.mark.parametrize("cookie", [None, "{pk}", "{pk}:forged", "{pk}:1w:forged"])
def test_a_second_reader_never_sees_it(client, post, cookie):
    send_comment(client, post, name="Zoë", body="Only for my own eyes.")
    own, other = Comment.objects.get(), Client()
    if cookie:
        other.cookies["waiting"] = cookie.format(pk=own.pk)
    for address in (post.path, f"{post.path}?c={own.public_id}"):
        response = other.get(address)
        assert "Only for my own eyes." not in html(response)
        assert "Zoë" not in html(response)


def test_the_cookie_of_another_post_shows_nothing(client, post):
    hidden = make_comment(post, body="Only for my own eyes.")
    send_comment(client, make_post())
    response = client.get(f"{post.path}?c={hidden.public_id}")
    assert "Only for my own eyes." not in html(response)
    assert ANONYMOUS_NOTICE in words(response)


def test_without_the_cookie_the_page_says_only_that_it_is_saved(client, post):
    hidden = make_comment(post, author_name="Zoë", body="Only for my own eyes.")
    response = client.get(f"{post.path}?c={hidden.public_id}")
    assert words(response).count(ANONYMOUS_NOTICE) == 1
    assert f'id="comment-{hidden.public_id}"' in html(response)
    assert "Zoë" not in html(response) and "Only for" not in html(response)
    assert shown(response) == []


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 18, "9" * 40, "-1", "1\0", "١"])
def test_a_made_up_number_says_nothing(client, post, number):
    response = client.get(post.path, {"c": number})
    assert response.status_code == 200
    assert ANONYMOUS_NOTICE not in words(response)


def test_the_number_of_another_posts_comment_says_nothing(client, post):
    response = client.get(f"{post.path}?c={make_comment().public_id}")
    assert ANONYMOUS_NOTICE not in words(response)


def test_personal_answers_are_kept_by_no_cache_but_the_browser_s(client, post):
    assert "public" in client.get(post.path)["Cache-Control"]
    assert client.get(f"{post.path}?c=1")["Cache-Control"] == "private, no-cache"
    send_comment(client, post, remember="on")
    del client.cookies["waiting"]
    assert client.get(post.path)["Cache-Control"] == "private, no-cache"
    del client.cookies["commenter"]
    assert "public" in client.get(post.path)["Cache-Control"]


def test_a_page_with_a_signed_link_is_kept_by_nobody(client, post):
    send_comment(client, post)
    assert client.get(post.path)["Cache-Control"] == "private, no-store"
    assert client.get("/")["Cache-Control"] == "private, no-cache"
    Comment.objects.get().approve(by=moderator())
    assert client.get(post.path)["Cache-Control"] == "private, no-cache"


def test_once_approved_it_shows_for_all(client, post):
    send_comment(client, post, body="Look: https://example.net/x")
    Comment.objects.get().approve(by=moderator())
    for reader in (client, Client()):
        response = reader.get(post.path)
        assert "Look: https://example.net/x" in words(response)
        assert "https://example.net/x" in hrefs(response)
        assert NOTICE not in words(response)


def test_links_are_not_recommended_by_us(client, post):
    approved(post=post, body="https://example.net/x", author_url="https://ana.example/")
    page = html(client.get(post.path))
    for address in ("https://example.net/x", "https://ana.example/"):
        tag = re.search(rf'<a [^>]*href="{address}"[^>]*>', page).group()
        assert {"nofollow", "ugc", "noopener"} <= set(re.search('rel="(.*?)"', tag)[1].split())


TYPED = """#FreePalestine & @you: 1984. A great book
1) one, 2) two   <Citizen Kane> x < y > z &amp; AT&T
    indented *a* **b** _c_ `d` snake_case_name [e](f) ![g](h) \\*i\\*
# heading
--- ~~~ ||| :) 電車 Ωμέγα ñ مرحبا 👩‍🚀"""


def test_every_letter_typed_is_visible(client, post):
    send_comment(client, post, body=TYPED)
    Comment.objects.get().approve(by=moderator())
    seen = iter(words(client.get(post.path)))
    lost = [c for c in TYPED if (c.isalnum() or c in "#@&<") and c not in seen]
    assert lost == []


def test_who_wrote_the_post_is_marked(client, post):
    client.force_login(post.author)
    send_comment(client, post)
    assert re.search(r'class="mark">\s*Author', html(Client().get(post.path)))


def test_whoever_wrote_the_post_with_others_is_marked_as_an_author(client, post):
    writer = make_user(Role.AUTHOR)
    post.bylines.create(user=writer)
    client.force_login(writer)
    send_comment(client, post)
    assert re.findall(r'class="mark">\s*(\w+)', html(Client().get(post.path))) == ["Author"]
    status = html(client.get(f"/comments/{cookies.sign(Comment.objects.get())}/"))
    assert re.findall(r'class="mark">\s*(\w+)', status) == ["Author"]


def test_whoever_works_here_is_marked(client, post):
    client.force_login(make_user(Role.EDITOR))
    send_comment(client, post)
    assert re.search(r'class="mark">\s*Staff', html(Client().get(post.path)))


def test_an_empty_discussion_has_the_forms_heading_only(client, post):
    page = html(client.get(post.path))
    assert 'id="comments" aria-labelledby="reply-title"' in page
    assert 'id="comments-title"' not in page
    approved(post=post)
    page = html(client.get(post.path))
    assert 'id="comments" aria-labelledby="comments-title"' in page
    assert page.count('id="comments-title"') == page.count('id="reply-title"') == 1


def test_a_closed_empty_discussion_says_so_under_its_heading(client):
    page = html(client.get(make_post(comments_open=False).path))
    assert 'aria-labelledby="comments-title"' in page
    assert "Comments on this post are closed." in page
