"""The first page of the admin: what somebody has to do, and what is broken."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.admin import overview
from blog.models import Image, OldPath, Post, Role
from comments.models import Heartbeat
from tests.factories import make_comment, make_post, make_user, picture
from tests.pages import hrefs, html, squeezed, words

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 12


@pytest.fixture
def editor(client):
    user = make_user(Role.EDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def author(client):
    user = make_user(Role.AUTHOR)
    client.force_login(user)
    return user


def sections(client) -> dict[str, str]:
    """The words of each section, by the end of its heading's id."""
    page = client.get("/admin/")
    assert page.status_code == 200
    found = re.findall(
        r'<section aria-labelledby="overview-(\w+)".*?</section>', html(page), re.DOTALL
    )
    parts = re.findall(r'<section aria-labelledby="overview-.*?</section>', html(page), re.DOTALL)
    texts = [squeezed(unescape(re.sub(r"<[^>]*>", " ", part))) for part in parts]
    return dict(zip(found, texts, strict=True))


# Posts.


def test_ones_own_posts_that_are_not_live_stand_first_the_newest_change_before(client, editor):
    make_post(author=editor, status="draft", title="The first draft")
    make_post(author=editor, status="review", title="The second one")
    make_post(author=editor, days_ago=-2, title="The third one")
    make_post(author=editor, status="trash", title="Thrown away")
    make_post(author=editor, title="Live")
    make_post(status="draft", title="Somebody's draft")
    at = r"changed \d\d:\d\d"
    assert re.fullmatch(
        rf"Yours, not live yet New post The third one Scheduled: .* {at} "
        rf"The second one Pending review · {at} The first draft Draft · {at}",
        sections(client)["yours"],
    )


def test_a_co_author_finds_the_draft_too(client, author):
    make_post(status="draft", title="Ours").bylines.create(user=author)
    assert "Ours" in sections(client)["yours"]


def test_without_drafts_the_page_says_so_and_leads_to_a_new_post(client, author):
    assert sections(client)["yours"] == "Yours, not live yet New post You have no drafts."
    assert "/admin/blog/post/add/" in hrefs(client.get("/admin/"))


def test_an_editor_sees_what_waits_for_review_the_longest_wait_first(client, editor):
    ann = make_user(Role.CONTRIBUTOR, display_name="Ann")
    for title in ("The longest", "The shortest"):
        make_post(author=ann, status="review", title=title)
    found = sections(client)["review"]
    assert re.fullmatch(r"Pending review The longest Ann · changed .* The shortest Ann .*", found)


def test_an_editor_sees_what_is_scheduled_the_next_first(client, editor):
    ann = make_user(Role.AUTHOR, display_name="Ann")
    make_post(author=ann, days_ago=-9, title="Later")
    soon = make_post(author=ann, days_ago=-2.1, title="Soon")
    found = sections(client)["scheduled"]
    assert found.startswith(f"Scheduled Soon {soon.scheduled_words} · Ann · changed")
    assert re.search(r" \d\d:\d\d \(Europe/London\), in 2 days", found)
    assert found.index("Soon") < found.index("Later")


def test_what_went_live_leads_to_the_page_and_to_the_form(client, editor):
    posts = [make_post(days_ago=day, title=f"Number {day}") for day in range(1, 8)]
    make_post(kind="page", title="About")
    found = sections(client)["live"]
    assert re.findall(r"Number \d(?= \d+ )", found) == [f"Number {n}" for n in range(1, 6)]
    links = hrefs(client.get("/admin/"))
    assert posts[0].path in links and f"/admin/blog/post/{posts[0].pk}/change/" in links


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR])
def test_an_author_sees_own_posts_only(client, role):
    user = make_user(role)
    client.force_login(user)
    for status, days in (("draft", 1), ("review", 1), ("published", -1), ("published", 1)):
        make_post(status=status, days_ago=days, title="Somebody's")
    make_post(author=user, title="Mine")
    found = sections(client)
    assert "Somebody's" not in words(client.get("/admin/"))
    assert "Mine" in found["live"] and not {"review", "scheduled"} & found.keys()


def test_a_moderator_sees_no_posts_and_an_account_without_a_role_nothing(client):
    make_post(status="review")
    client.force_login(make_user(Role.MODERATOR))
    assert sections(client).keys() == {"comments", "faults"}
    client.force_login(make_user(is_staff=True))
    assert sections(client) == {}
    assert "You don’t have permission" in words(client.get("/admin/"))


def test_more_posts_than_shown_are_a_press_away(client, editor):
    for n in range(overview.MOST + 1):
        make_post(author=editor, status="review", title=f"Number {n}")
    make_post(title="Somebody's, live")
    found = sections(client)
    assert found["yours"].count("Number") == found["review"].count("Number") == overview.MOST
    lists = [link for link in hrefs(client.get("/admin/")) if "blog/post/?" in link]
    assert len(lists) == 2
    for address in lists:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert words(answer).count("Number") >= overview.MOST + 1
        assert "Somebody's, live" not in words(answer), address


# Comments.


def test_the_queue_is_counted_with_the_age_of_the_oldest(client, editor):
    post = make_post()
    make_comment(post, submitted_at=timezone.now() - timedelta(hours=3, minutes=5))
    make_comment(post)
    make_comment(make_post(status="draft"))
    make_comment(post, status="approved", reported_at=timezone.now())
    found = sections(client)["comments"]
    assert found.startswith("Comments 2 pending, the oldest for 3 hours (as of ")
    assert "1 more waits under a post that is not public. Reported: 1" in found
    assert {"/moderation/", "/moderation/?tab=reported"} <= set(hrefs(client.get("/admin/")))


def test_an_author_reads_of_comments_below_own_posts_only(client, author):
    make_comment()
    assert "Nothing is pending" in sections(client)["comments"]
    make_comment(make_post(author=author))
    assert "1 pending" in sections(client)["comments"]


def test_a_contributor_reads_of_no_comments(client):
    client.force_login(make_user(Role.CONTRIBUTOR))
    assert sections(client).keys() == {"yours", "faults"}


# Faults to mend.


@pytest.fixture
def healthy(akismet, mail_server):
    Heartbeat.beat(Heartbeat.WORKER)


def faults(client) -> str:
    return sections(client)["faults"]


def test_where_nothing_is_broken_the_page_says_so(client, editor, healthy):
    post = make_post(lead_image=Image.objects.create(file=picture(), sha256="1"))
    OldPath.objects.create(path="/2011/05/old/", post=post)
    assert faults(client) == "To mend Nothing is broken."


def test_the_warnings_of_the_queue_are_for_those_who_decide_on_all_comments(client, editor):
    said = faults(client)
    assert "The background program has never run: nothing is checked, no mail is sent." in said
    assert "There is no Akismet key" in said
    assert "No mail is sent, neither to moderators nor to commenters" in said
    client.force_login(make_user(Role.AUTHOR))
    assert faults(client) == "To mend Nothing is broken."


def test_redirects_that_lead_nowhere_are_named(client, editor, healthy):
    OldPath.objects.create(path="/2011/05/lost/", target="/nowhere/")
    OldPath.objects.create(path="/2011/05/hidden/", post=make_post(status="draft"))
    OldPath.objects.create(path="/2011/05/thrown/", post=make_post(status="trash"))
    assert faults(client) == (
        "To mend /2011/05/hidden/ Readers cannot see the post: Draft"
        " /2011/05/lost/ Nothing is found there."
    )
    client.force_login(make_user(Role.AUTHOR))
    assert "/2011/" not in faults(client)


def test_a_picture_whose_file_is_gone_is_named_as_soon_as_it_is(client, editor, healthy):
    image = Image.objects.create(file=picture(), sha256="1")
    post = make_post(title="Illustrated", body=f"![x]({image.file.url})")
    assert faults(client) == "To mend Nothing is broken."
    default_storage.delete(image.file.name)
    assert faults(client) == f"To mend Illustrated A picture is missing: {image.file.name}"
    assert f"/admin/blog/post/{post.pk}/change/" in hrefs(client.get("/admin/"))


def test_a_lead_picture_counts_and_hidden_posts_and_other_sites_do_not(client, editor, healthy):
    image = Image.objects.create(file=picture(), sha256="1")
    text = f"![x]({image.file.url})"
    default_storage.delete(image.file.name)
    make_post(title="Hidden", status="draft", body=text)
    make_post(title="A link", body="[x](https://example.net/media/2026/01/x.jpg)")
    assert faults(client) == "To mend Nothing is broken."
    make_post(title="Led", lead_image=image, body="![y](/media/gone.png)")
    assert faults(client) == (f"To mend Led 2 pictures are missing, among them {image.file.name}")


@pytest.mark.parametrize("path", ["../../etc/passwd.jpg", "/etc/x.png", "%00.jpg", "a" * 999])
def test_no_name_in_a_text_breaks_the_page(client, editor, healthy, path):
    make_post(title="Odd", body=f"![x](/media/{path}.jpg)")
    assert "Odd A picture is missing" in faults(client)


def test_a_text_that_is_shown_plain_is_named(client, editor, healthy):
    post = make_post(title="Too nested")
    Post.objects.filter(pk=post.pk).update(is_plain=True)
    said = "Too nested The text could not be formatted, and is shown plain."
    assert faults(client) == f"To mend {said}"
    for user, expected in ((post.author, said), (make_user(Role.AUTHOR), "Nothing is broken.")):
        client.force_login(user)
        assert faults(client) == f"To mend {expected}"


def test_of_many_faults_the_first_are_shown(client, editor, healthy):
    for n in range(10):
        OldPath.objects.create(path=f"/old-{n}/", target="/nowhere/")
    assert faults(client).count("Nothing is found there.") == 8
    assert "These are the first 8 of 10." in faults(client)


# The lists.


def test_the_workers_jobs_are_listed_for_developers_only(client, settings):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    jobs = "/admin/django_tasks_database/dbtaskresult/"
    assert jobs not in hrefs(client.get("/admin/")) and client.get(jobs).status_code == 200
    settings.DEBUG = True
    assert jobs in hrefs(client.get("/admin/"))
    client.force_login(make_user(Role.ADMINISTRATOR))
    assert jobs not in hrefs(client.get("/admin/"))


def test_the_last_actions_of_this_person_are_listed(client, editor):
    said = {"name": "Trams", "slug": "", "description": "", "_save": "1"}
    assert client.post("/admin/blog/tag/add/", said).status_code == 302
    assert sections(client)["log"] == "Recent actions Added: Trams"


# How often it asks the database.


def fill(user, count: int) -> None:
    for _n in range(count):
        image = Image.objects.create(file=picture(), sha256=f"{Image.objects.count()}")
        post = make_post(author=user, lead_image=image, body="![x](/media/gone.jpg)")
        make_post(status="draft", author=user).bylines.create(user=make_user(Role.AUTHOR))
        make_post(status="review")
        make_post(days_ago=-1)
        make_comment(post)
        make_comment(post, status="approved", reported_at=timezone.now())
        OldPath.objects.create(path=f"/old-{post.pk}/", post=post)
        OldPath.objects.create(path=f"/older-{post.pk}/", target="/nowhere/")


@pytest.mark.parametrize(
    ("role", "most"), [(Role.EDITOR, 17), (Role.AUTHOR, 11), (Role.MODERATOR, 8)]
)
def test_it_asks_as_often_however_much_there_is(role, most):
    user, client = make_user(role), Client()
    client.force_login(user)

    def queries() -> int:
        client.get("/admin/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/admin/").status_code == 200
        return len(found)

    fill(user, FEW)
    few = queries()
    fill(user, MANY)
    assert queries() == few <= most
