"""Addresses that hold for ever, and posts that have none yet or none any more."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import OldPath, Post, Role, Site, Tag
from tests.factories import make_comment, make_post, make_user, send_comment

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
MAY = datetime(2024, 5, 6, 12, tzinfo=UTC)


def get(path, **query):
    return Client().get(path, query_params=query)


def leads_to(path, **query) -> str | int:
    """Where a 301 goes, else the status."""
    answer = get(path, **query)
    return answer.headers["Location"] if answer.status_code == 301 else answer.status_code


def post_of_may(slug="tram", **fields) -> Post:
    return make_post(slug=slug, published_at=MAY, **fields)


def rename(post, slug) -> Post:
    post.slug = slug
    post.save()
    return post


# The path.


@pytest.mark.parametrize(
    ("zone", "path"),
    [("Europe/Berlin", "/2026/01/tram/"), ("America/New_York", "/2025/12/tram/")],
)
def test_the_path_holds_the_month_in_the_zone_of_the_site(settings, zone, path):
    settings.TIME_ZONE = zone
    post = make_post(slug="tram", published_at=NEW_YEAR)
    assert post.path == path
    assert get(path).status_code == get(path.partition("tram")[0]).status_code == 200


def test_another_date_leaves_the_path_as_it_is():
    post = post_of_may()
    post.published_at = NEW_YEAR
    post.save()
    assert post.path == "/2024/05/tram/"
    assert not OldPath.objects.exists()


def test_a_draft_has_no_path_and_follows_its_title():
    post = make_post(status="draft", title="One name")
    post.title = "Another name"
    post.save()
    assert (post.path, post.slug) == (None, "another-name")
    assert not OldPath.objects.exists()


def test_an_address_typed_by_hand_does_not_follow_the_title():
    post = make_post(status="draft", title="One name", slug="my-own")
    post.title = "Another name"
    post.save()
    assert post.slug == "my-own"


def test_a_published_address_does_not_follow_the_title():
    post = post_of_may(slug=None, title="One name")
    post.title = "Another name"
    post.save()
    assert post.path == "/2024/05/one-name/"


def test_a_scheduled_post_moves_with_its_date_until_it_is_out():
    post = make_post(slug="tram", published_at=datetime(2098, 11, 30, tzinfo=UTC))
    post.published_at = datetime(2099, 2, 3, tzinfo=UTC)
    post.save()
    assert post.path == "/2099/02/tram/"
    post.status = "draft"
    post.save()
    assert post.path is None


def test_a_post_without_a_title_still_gets_an_address():
    assert make_post(title="", published_at=MAY).path == "/2024/05/post/"


# Old addresses.


def test_an_old_address_is_one_301_and_keeps_its_query():
    post = rename(post_of_may(), "tramway")
    assert leads_to("/2024/05/tram/", utm="x", b="2") == "/2024/05/tramway/?utm=x&b=2"
    assert get(post.path).status_code == 200


RESTS = ["feed/", "feed/atom/", "feed.json", "comments/{0}/", "reply/{0}/"]


@pytest.mark.parametrize("rest", RESTS)
def test_feeds_and_comments_follow_their_post(rest):
    post = rename(post_of_may(), "tramway")
    rest = rest.format(make_comment(post, status="approved").public_id)
    assert leads_to(f"/2024/05/tram/{rest}") == f"/2024/05/tramway/{rest}"


def test_from_a_to_b_to_c_is_one_hop():
    post = rename(rename(post_of_may("a"), "b"), "c")
    assert leads_to("/2024/05/a/") == leads_to("/2024/05/b/") == post.path == "/2024/05/c/"


def test_back_to_the_first_address_takes_its_row_away():
    rename(rename(post_of_may("a"), "b"), "a")
    assert leads_to("/2024/05/b/") == "/2024/05/a/"
    assert get("/2024/05/a/").status_code == 200
    assert [row.path for row in OldPath.objects.all()] == ["/2024/05/b/"]


def test_a_new_post_takes_no_address_that_leads_to_another():
    renamed = rename(post_of_may(slug=None, title="Tram"), "tramway")
    assert post_of_may(slug=None, title="Tram").path == "/2024/05/tram-2/"
    assert leads_to("/2024/05/tram/") == renamed.path


def test_by_hand_such_an_address_is_refused_at_its_field():
    rename(make_post(slug="tram"), "tramway")
    author = Client()
    author.force_login(make_user(Role.AUTHOR))
    answer = author.post(reverse("admin:blog_post_add"), {"title": "New", "slug": "tram"})
    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_a_page_that_becomes_a_post_leaves_its_address_behind():
    post = make_post(slug="tram", kind="page", published_at=MAY)
    post.kind = "post"
    post.save()
    assert leads_to("/tram/") == post.path == "/2024/05/tram/"


@pytest.mark.parametrize(
    "path", ["/2023/05/tram/", "/2024/5/tram/", "/2024/05/Tram/", "/2024/05/TRAM/feed/"]
)
def test_a_wrong_date_or_case_is_one_301(path):
    post_of_may()
    rest = path.rstrip("/").partition("TRAM")[2]
    assert leads_to(path) == "/2024/05/tram" + rest + "/"


def test_a_slug_in_other_letters_is_found_in_any_encoding():
    post = post_of_may("élan-vital-日本")
    path = f"/2024/05/{quote(post.slug)}/"
    assert get(path).status_code == get(path.lower()).status_code == 200
    other = unicodedata.normalize("NFD", post.slug)
    assert leads_to(f"/2024/05/{quote(other)}/") == path


UNKNOWN = ["/2024/05/train/", "/nowhere/", "/2024/13/", "/2024/13", "/tag/none/", "/x"]
UNKNOWN += ["/nowhere.xml", "/wp-login.php", "/.env", "/2024/05/train", "/2026/13/x/", "/feed.xml"]
UNKNOWN += ["/tag/none", "/tag/none/page/1/", "/author/none/page/1/", "/2024/13/page/1/"]
UNKNOWN += ["/1999/page/1/", "/1999/01/page/1/", "/nowhere/feed", "/author/none/feed/", "/static/x"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_unknown_is_not_found_at_once(path):
    post_of_may()
    assert get(path).status_code == 404
    assert Client().post(path).status_code == 404


# Of a former address, but never there.
NEVER = ["nowhere/", "feed/x/", "comments/7/", "reply/7/", "comments/page/2/", "comments/page/1/x/"]


@pytest.mark.parametrize("rest", NEVER)
def test_a_redirect_is_given_only_where_something_answers(rest):
    rename(post_of_may(tags=["tarrifs"]), "tramway")
    tag = Tag.objects.get()
    tag.slug = "tariffs"
    tag.save()
    for base in ("/2024/05/tram/", "/2023/05/tramway/", "/2024/05/TRAMWAY/"):
        assert leads_to(base + rest) == 404
    assert leads_to("/tag/tarrifs/page/2/") == leads_to("/tag/tarrifs/nowhere/") == 404
    assert leads_to("/tag/tarrifs/page/1/") == leads_to("/tag/tarrifs") == "/tag/tariffs/"
    assert leads_to("/2024/05/tram/comments/page/1/") == "/2024/05/tramway/"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/tags", "/tags/"),
        ("/feed", "/feed/"),
        ("/feed/atom", "/feed/atom/"),
        ("/2024/05/tramway", "/2024/05/tramway/"),
        ("/2024/05/tram", "/2024/05/tramway/"),
        ("/2024/05/tram/feed", "/2024/05/tramway/feed/"),
        ("/admin", "/admin/"),
        ("/moderation", "/moderation/"),
    ],
)
def test_a_missing_last_slash_is_one_301(path, to):
    rename(post_of_may(), "tramway")
    assert leads_to(path, q="x") == f"{to}?q=x"


def test_a_form_to_a_former_address_is_sent_again_and_not_twice():
    post = rename(post_of_may(), "tramway")
    for path in ("/2024/05/tram/comments/", "/2024/05/tramway/comments"):
        answer = Client().post(path, {"body": "Nobody got in."})
        assert (answer.status_code, answer["Location"]) == (308, f"{post.path}comments/")
    assert not post.comments.exists()


# Before and after.


def test_posts_of_the_same_second_are_one_after_the_other():
    posts = [post_of_may(slug) for slug in ("a", "b", "c")]
    paths = [post.path for post in [make_post(published_at=NEW_YEAR - timedelta(900)), *posts]]
    paths.append(make_post(published_at=NEW_YEAR).path)
    beside = re.compile(r'<a rel="(prev|next)"[^>]* href="([^"]+)"')
    for number, path in enumerate(paths):
        found = dict(beside.findall(get(path).content.decode()))
        assert found.get("prev") == (paths[number - 1] if number else None)
        assert found.get("next") == (paths + [None])[number + 1]


# What is not public is on no public address.

HIDDEN = ("draft", "scheduled", "private", "expired", "trash")


def hidden(state: str) -> Post:
    """Each but the draft and the scheduled one was public, and has a former address."""
    now = timezone.now()
    draft = state in ("draft", "scheduled")
    author = make_user(Role.AUTHOR, display_name=f"Author of the hidden {state}")
    post = make_post(title="x", slug="was-" + state, author=author, published_at=now)
    rename(post, state).tags.set([f"Tag of the hidden {state}"])
    make_comment(post, status="approved", body="A hidden comment.", author_name="Hidden Hal")
    changes = {"title": "The hidden one", "body_html": "<p>A hidden text.</p>"}
    changes |= {"status": "published" if state in ("scheduled", "expired") else state}
    changes |= {"published_at": now + timedelta(days=1), "was_public": False} if draft else {}
    changes |= {"expires_at": now - timedelta(1)} if state == "expired" else {}
    Post.objects.filter(pk=post.pk).update(**changes)
    return Post.objects.get(pk=post.pk)


@pytest.mark.parametrize("state", HIDDEN)
def test_a_post_that_is_not_public_shows_nowhere(state):
    post, shown = hidden(state), make_post(title="In the light", tags=["light"])
    tag, month = post.tags.get(), f"{shown.published_at:/%Y/%m/}"
    lists = ["/", "/tags/", "/archive/", month, month[:6], "/feed/", "/comments/feed/"]
    lists += [shown.path, f"{shown.path}feed/", shown.author.get_absolute_url()]
    lists += [tag.get_absolute_url(), f"{tag.get_absolute_url()}feed/"]
    lists += [post.author.get_absolute_url(), f"{post.author.get_absolute_url()}feed/"]
    for path in lists:
        answer = get(path)
        assert answer.status_code in (200, 404), path
        for word in (b"The hidden one", b"A hidden", b"Hidden Hal", post.path.encode()):
            assert word not in answer.content, path
    assert get("/feed/").content.count(b"<item>") == 1
    assert b"of the hidden" not in get("/tags/").content + get("/").content


@pytest.mark.parametrize("state", HIDDEN)
def test_no_address_of_its_own_shows_or_redirects_it(state):
    post = hidden(state)
    own = [post.path, post.path.replace(state, "was-" + state), f"/1999/01/{state}/"]
    number = post.comments.get().pk
    rests = ("", "feed/", "comments/page/1/", "comments/page/2/", f"comments/{number}/")
    for path in [base + rest for base in own for rest in (*rests, f"reply/{number}/")]:
        answer = get(path, c=number)
        assert answer.status_code in (404, 410), path
        assert b"idden" not in answer.content, path
    assert send_comment(Client(), post).status_code == 404


@pytest.mark.parametrize("state", HIDDEN)
def test_gone_is_said_only_of_what_was_public(state):
    expected = 404 if state in ("draft", "scheduled") else 410
    assert get(hidden(state).path).status_code == expected


def test_a_post_that_was_taken_down_is_said_to_be_gone():
    post = make_post()
    post.take_down(timezone.now())
    post.save()
    assert get(post.path).status_code == 410


def test_a_page_that_is_a_draft_is_not_found():
    make_post(kind="page", slug="about", status="draft")
    assert get("/about/").status_code == 404


# Lists.


@pytest.mark.parametrize("base", ["/", "/tag/light/", "/author/ann/", "/2024/", "/2024/05/"])
def test_the_first_page_of_a_list_has_one_address(base):
    Site.objects.create(pk=1, posts_per_page=1)
    for slug in ("a", "b"):
        post_of_may(slug, tags=["light"], author=ann())
    assert leads_to(f"{base}page/1/") == base
    assert get(f"{base}page/2/").status_code == 200
    for number in ("0", "3", "99999999999999999999"):
        assert get(f"{base}page/{number}/").status_code == 404


def ann():
    from blog.models import User

    found = User.objects.filter(slug="ann").first()
    return found or make_user(Role.AUTHOR, display_name="Ann")


# Pages.


def test_a_page_stands_at_its_slug_and_in_no_stream():
    page = make_post(kind="page", title="Contact", published_at=MAY, tags=["lantern"])
    assert page.path == "/contact/"
    assert get("/contact/").status_code == 200
    for path in ("/", "/feed/", "/archive/"):
        assert b"Contact" not in get(path).content
    for path in ("/2024/", "/2024/05/", page.author.get_absolute_url()):
        assert get(path).status_code == 404
    assert b"lantern" not in get("/tags/").content


@pytest.mark.parametrize(
    "word", ["admin", "tags", "login", "2026", "comments", "media", "static", "page", "feed"]
)
def test_a_page_takes_no_address_of_the_site_itself(word):
    assert make_post(kind="page", title=word).path == f"/{word}-2/"
    editor = Client()
    editor.force_login(user := make_user(Role.EDITOR))
    data = {"title": "x", "slug": word, "kind": "page", "author": user.pk, "_publish": "1"}
    data |= {"bylines-TOTAL_FORMS": "0", "bylines-INITIAL_FORMS": "0"}
    answer = editor.post(reverse("admin:blog_post_add"), data)
    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_a_post_may_be_called_like_an_address_of_the_site():
    assert get(post_of_may("admin").path).status_code == 200


def test_a_pages_feed_and_misspelling_follow_it():
    rename(make_post(kind="page", slug="about"), "about-us")
    assert leads_to("/about/feed/") == "/about-us/feed/"
    assert leads_to("/About-Us/") == "/about-us/"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("path", ["/0001/", "/0001/01/", "/9999/", "/9999/12/"])
def test_the_ends_of_time_are_not_found_in_any_zone(settings, zone, path):
    settings.TIME_ZONE = zone
    post_of_may()
    assert get(path).status_code == 404


# Tags.


def test_tags_stand_in_reading_order_whatever_their_case_and_marks():
    names = ["Zebras", "élite", "Elite corps", "Écoles", "eels", "Ålesund"]
    post = post_of_may(tags=names)
    order = ["Ålesund", "Écoles", "eels", "élite", "Elite corps", "Zebras"]
    for page, rel in ((post.path, ' rel="tag"'), ("/tags/", "")):
        shown = re.findall(rf'<a{rel} href="/tag/[^"]+">([^<]+)</a>', get(page).content.decode())
        assert shown in (order, order * 2), page


@pytest.mark.parametrize("rest", ["", "feed/", "feed.json", "page/2/"])
def test_a_renamed_tag_keeps_its_old_address(rest):
    Site.objects.create(pk=1, posts_per_page=1).save()
    for slug in ("a", "b"):
        post_of_may(slug, tags=["tarrifs"])
    editor, tag = Client(), Tag.objects.get()
    editor.force_login(make_user(Role.EDITOR))
    change = reverse("admin:blog_tag_change", args=[tag.pk])
    editor.post(change, {"name": "Tariffs", "slug": "tariffs", "description": ""})
    assert leads_to(f"/tag/tarrifs/{rest}") == f"/tag/tariffs/{rest}"


def test_a_tag_is_found_by_another_spelling_of_its_slug():
    post_of_may(tags=["Élite"])
    path = f"/tag/{quote('élite')}/"
    other = unicodedata.normalize("NFD", "Élite")
    assert get(path).status_code == 200
    assert leads_to(f"/tag/{quote(other)}/") == path


def test_two_names_of_one_slug_are_two_addresses():
    post_of_may(tags=["C", "C++", "?"])
    assert set(Tag.objects.values_list("slug", flat=True)) == {"c", "c-2", "tag"}


# What nobody types.


@pytest.mark.parametrize(
    "path",
    [
        "/2024/05/tram%00/",
        "/%00/",
        "/tag/%00/",
        "/author/a%00b/",
        "/media/%00",
        "/media/../config/settings.py",
        "/media/..%2f..%2fetc/passwd",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/media//etc/passwd",
        "/media/.",
        "/media/" + "a" * 5000 + ".jpg",
        "/" + "a" * 5000 + "/",
        "/2024/05/" + "é" * 3000 + "/feed/",
        "/" + "a/" * 2000,
        "/2024/05/%ff%fe/",
        "/0000/00/",
        "/9999/12/",
    ],
)
def test_a_hostile_path_is_not_found(path):
    post_of_may()
    assert get(path).status_code == 404


def test_a_redirection_never_leaves_the_site():
    rename(post_of_may(), "tramway")
    assert leads_to("/2024/05/tram//evil.example/") in (
        404,
        "/2024/05/tramway//evil.example/",
    )
    for path in ("//evil.example/", "//2024/05/tram/", "//evil.example/page/1/"):
        assert Client().get("/", PATH_INFO=path).status_code == 404


def test_an_old_web_address_is_listed_once():
    post = make_post()
    post.old_paths.create(path="/before/")
    with pytest.raises(ValidationError, match="This old web address is already in the list."):
        OldPath(path="/before/", post=post).full_clean()


# Authors.


@pytest.mark.parametrize("rest", ["", "feed/", "feed/atom/", "feed.json"])
def test_a_renamed_author_keeps_the_old_address(rest):
    person = ann()
    make_post(author=person)
    for slug in ("anna", "anne"):
        person.slug = slug
        person.save()
    assert leads_to(f"/author/ann/{rest}") == leads_to(f"/author/anna/{rest}")
    assert leads_to(f"/author/anna/{rest}") == f"/author/anne/{rest}"
    assert get(f"/author/anne/{rest}").status_code == 200
    person.slug = "ann"
    person.save()
    assert leads_to(f"/author/anne/{rest}") == f"/author/ann/{rest}"
    assert get(f"/author/ann/{rest}").status_code == 200


def test_a_former_address_of_somebody_without_posts_leads_nowhere():
    person = ann()
    make_post(author=person, status="draft")
    person.slug = "anna"
    person.save()
    assert leads_to("/author/ann/") == 404


def test_what_is_to_be_said_is_said_after_a_redirect_too():
    editor = Client()
    editor.force_login(make_user(Role.EDITOR))
    comment = make_comment()
    row = f"{comment.public_id}.{comment.version}"
    editor.post("/moderation/decide/", {"verb": "approve", "row": row})
    assert editor.get("/moderation").status_code == 301
    assert b"1 comment approved." in editor.get("/moderation/").content
