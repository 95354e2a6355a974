"""How often a page asks the database: a fixed number, however much there is to show."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Correction, Image, Role, Tag
from comments import signed_links
from comments.models import Comment, Mail, Policy
from comments.submit import cookies
from comments.thread import tree
from tests.factories import make_comment, make_post, make_user, moderator, picture, send_comment
from tests.feeds import FORMS

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 40


def publish(count: int, author) -> list:
    """Posts with tags, a co-author and a picture, of one author in one month."""
    posts = []
    for number in range(count):
        image = Image.objects.create(file=picture(), sha256=str(Image.objects.count()))
        post = make_post(author=author, lead_image=image, tags=["Trams", f"Tag {number}"])
        post.choose_lead_tag(["Trams"])
        post.bylines.create(user=make_user(Role.AUTHOR))
        posts.append(post)
    return posts


def discuss(post, threads: int) -> None:
    """Each thread: a root, an answer, and a tombstone with an answer."""
    for _n in range(threads):
        root = make_comment(post, status="approved")
        removed = make_comment(parent=root, status="trash")
        make_comment(parent=removed, status="approved")


@pytest.fixture
def count(client, django_assert_max_num_queries):
    """The queries of one request, when the process has kept what it keeps."""

    def count(address: str, most: int) -> int:
        assert client.get(address).status_code == 200
        with django_assert_max_num_queries(most) as queries:
            client.get(address)
        return len(queries)

    return count


def feeds_of(base: str) -> list[str]:
    return [base + end for end in FORMS.values()]


LISTS = ["/", "/tag/trams/", "/author/{author}/", "/{year}/", "/{year}/{month:02}/"]
LISTS += ["/archive/", "/tags/"]
LISTS += [*feeds_of("/"), *feeds_of("/tag/trams/"), *feeds_of("/author/{author}/")]


def test_a_list_asks_6_times_at_most_however_many_posts(count):
    author = make_user(Role.AUTHOR)
    (first, *_more) = publish(FEW, author)
    day = first.published_at
    parts = {"author": author.slug, "year": day.year, "month": day.month}
    addresses = [address.format(**parts) for address in LISTS]
    few = {address: count(address, 6) for address in addresses}
    publish(MANY, author)
    assert Tag.objects.count() == MANY + 1
    assert {address: count(address, 6) for address in addresses} == few


def test_corrections_are_listed_with_as_many_queries_as_a_few(count):
    posts = publish(FEW, make_user(Role.AUTHOR))
    addresses = ["/corrections/", *feeds_of("/corrections/"), *feeds_of("/"), posts[0].path]

    def correct(times: int) -> dict[str, int]:
        for post in posts * times:
            Correction.objects.record(post, "It was two.", by=post.author)
        return {address: count(address, 11) for address in addresses}

    few = correct(1)
    assert max(count for address, count in few.items() if address != posts[0].path) <= 6
    assert correct(5) == few


def test_a_further_page_asks_6_times_at_most(count):
    publish(FEW + 10, make_user(Role.AUTHOR))
    assert count("/page/2/", 6) <= 6


def test_a_post_asks_10_times_at_most_however_much_is_said(count):
    post, *_others = publish(FEW, make_user(Role.AUTHOR))
    discuss(post, 1)
    few = count(post.path, 10)
    publish(5, make_user(Role.AUTHOR))
    discuss(post, MANY)
    assert count(post.path, 10) == few


def test_a_post_with_few_and_many_tags_and_authors_asks_as_often(count):
    post, *_others = publish(FEW, make_user(Role.AUTHOR))
    few = count(post.path, 10)
    for _n in range(8):
        post.bylines.create(user=make_user(Role.AUTHOR))
    post.tags.set([f"Tag {n}" for n in range(20)])
    assert count(post.path, 10) == few


def test_comments_of_those_who_wrote_it_ask_no_more(count):
    post, *_others = publish(FEW, make_user(Role.AUTHOR))
    people = [make_user(Role.AUTHOR) for _n in range(8)]
    for person in people:
        post.bylines.create(user=person)
    make_comment(post, status="approved", user=post.author)
    few = count(post.path, 10)
    for person in people:
        make_comment(post, status="approved", user=person, user_is_staff=True)
    assert count(post.path, 10) == few


def test_ones_own_comments_that_wait_ask_no_more(client, count):
    Policy(pk=1, seconds_between=0).save()
    post = make_post()
    send_comment(client, post)
    one = count(post.path, 12)
    for _n in range(4):
        send_comment(client, post)
    assert count(post.path, 12) == one


def test_the_thread_itself_is_two_queries(django_assert_num_queries):
    post = make_post()
    discuss(post, 3)
    with django_assert_num_queries(2):
        read = tree.read(post, page=1, own=[1, 2, 3], depth=5)
    assert len(read.nodes) == 9


TO_REPORT = "comments/{pk}/report/"


TAILS = [*FORMS.values(), "comments/{pk}/", "reply/{pk}/", TO_REPORT]


@pytest.mark.parametrize("tail", TAILS)
def test_what_belongs_to_a_post_asks_as_often_with_many_comments(client, count, tail):
    post = make_post()
    pk = make_comment(post, status="approved").public_id
    address = post.path + tail.format(pk=pk)
    client.get(address)
    with_few = queries_of(client, address)
    discuss(post, MANY)
    assert queries_of(client, address) == with_few <= 8


def test_a_comment_that_is_sent_asks_as_often_however_much_is_said():
    post = make_post()
    discuss(post, 1)
    queries_of_sending(post, "198.51.99.1")  # what the process keeps is read
    few = queries_of_sending(post, "198.51.100.1")
    discuss(post, MANY)
    lock = connection.vendor == "postgresql"  # of the sender, blog/transactions.py
    assert queries_of_sending(post, "198.51.101.1") == few <= 17 + lock


def queries_of_sending(post, ip: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert send_comment(Client(), post, ip=ip).status_code == 303
    return len(queries)


@pytest.mark.parametrize("address", feeds_of("/comments/"))
def test_the_feed_of_all_comments_asks_as_often_with_many(count, address):
    make_comment(status="approved")
    few = count(address, 6)
    discuss(make_post(), MANY)
    assert count(address, 6) == few


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


TABS = ["pending", "approved", "spam", "trash", "second-look", "reported", "all"]


@pytest.mark.parametrize("tab", TABS)
def test_the_queue_asks_12_times_at_most_however_much_waits(client, count, tab):
    client.force_login(moderator())
    later = timezone.now()
    fields = {
        "second-look": {"status": "approved", "screened": "spam"},
        "reported": {"status": "approved", "reported_at": later},
        # With reports too, as in the tab Reported.
        "approved": {"status": "approved", "reported_at": later},
    }.get(tab, {"status": "spam" if tab == "all" else tab})
    parent = make_comment(status="approved")
    make_comment(parent=parent, user=make_user(), **fields)
    few = count(f"/moderation/?tab={tab}", 12)
    for _n in range(MANY):
        made = make_comment(
            parent=parent, user=make_user(), held_because=[["links", "3"]], **fields
        )
        made.reports.create(words="Rude.", created_at=later)
    assert count(f"/moderation/?tab={tab}", 12) == few


def test_a_history_asks_as_often_with_many_lines(client, count):
    client.force_login(moderator())
    comment = make_comment(status="approved")
    few = count(f"/moderation/{comment.public_id}/history/", 13)
    for verb in ("hold", "approve") * 5:
        getattr(comment, verb)(by=make_user(Role.EDITOR))
        comment.reports.create(words="Rude.", created_at=timezone.now())
        comment.edits.create(body="Before.", created_at=timezone.now())
    assert count(f"/moderation/{comment.public_id}/history/", 14) <= few + 1


def test_the_commenters_page_asks_5_times_at_most(client, count):
    comment = make_comment()
    assert count(f"/comments/{cookies.sign(comment)}/", 5) <= 5


def test_an_author_too_asks_12_times_at_most(client, count):
    post = make_post()
    client.force_login(post.author)
    make_comment(post)
    few = count("/moderation/", 12)
    for _n in range(MANY):
        make_comment(post)
    assert count("/moderation/", 12) == few


def test_a_history_asks_as_often_with_many_mails(client, count):
    client.force_login(moderator())
    comment, now = make_comment(), timezone.now()

    def letters(*numbers):
        fields = {"kind": "letter", "to": "a@example.org", "created_at": now, "due_at": now}
        for n in numbers:
            Mail.objects.create(key=f"{n}", comment=comment, by=moderator(), **fields)

    letters(1, 2)
    few = count(f"/moderation/{comment.public_id}/history/", 12)
    letters(*range(3, MANY))
    assert count(f"/moderation/{comment.public_id}/history/", 12) == few


def test_the_pages_behind_mails_ask_hardly_anything(count):
    comment = make_comment()
    for link in (
        signed_links.to_reader("confirm", "a@example.org", comment.public_id),
        signed_links.to_staff(moderator()),
    ):
        assert count(link.removeprefix(settings.SITE_URL), 5) <= 5
    assert count("/comments/find/", 2) <= 2


def test_a_decision_on_many_asks_hardly_more_often_than_on_one(client):
    client.force_login(moderator())
    post = make_post()

    def decide(comments) -> int:
        rows = [f"{comment.public_id}.1" for comment in comments]
        with CaptureQueriesContext(connection) as queries:
            client.post("/moderation/decide/", {"verb": "approve", "row": rows})
        return len(queries)

    one = decide([make_comment(post)])
    assert decide([make_comment(post) for _n in range(MANY)]) <= one


@pytest.mark.parametrize("verb", ["approve", "spam"])
def test_a_hundred_decisions_and_their_undo_ask_40_times_at_most(
    mail_server, django_assert_max_num_queries, verb
):
    post = make_post()
    rows = {c.public_id: c.version for c in (make_comment(post) for _n in range(100))}
    mo = moderator()
    with django_assert_max_num_queries(40):
        outcome = Comment.decide(rows, verb, by=mo)
    with django_assert_max_num_queries(40):
        assert len(Comment.undo(outcome.batch, by=mo).done) == 100
