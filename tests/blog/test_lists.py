"""Around the posts: home, tags, archive, neighbours, and what helps where nothing is."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Post, PostTag, Role, Site, Tag
from blog.views import lists
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

WAYS_ON = ["/", "/archive/", "/tags/"]


def get(path: str, status=200):
    answer = Client().get(path)
    assert answer.status_code == status, path
    return answer


def part(page, pattern: str) -> str:
    """The one stretch of the page that the pattern names."""
    (found,) = re.findall(pattern, html(page), re.DOTALL)
    return found


def titles(page) -> list[str]:
    return re.findall(r'class="card-title"><a href="[^"]+">([^<]+)<', html(page))


def posted(*days: str, **fields) -> list[Post]:
    author = make_user()
    return [
        make_post(
            title=f"Of {day}",
            author=author,
            published_at=datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC),
            **fields,
        )
        for day in days
    ]


def links_and_counts(html: str) -> list[tuple[str, str, int]]:
    found = re.findall(
        r'<li><a href="([^"]+)">([^<]+)(?:<span[^>]*>[^<]*</span>)?</a>'
        r' <span class="count">(\d+)<span class="vh"> posts?</span>',
        html,
    )
    return [(address, name.strip(), int(count)) for address, name, count in found]


# Tags.


def make_tags(uses: dict[str, int]) -> None:
    posts = [make_post() for _ in range(max(uses.values()))]
    for tag in Tag.objects.named(uses):
        PostTag.objects.bulk_create(
            PostTag(tag=tag, content_object=post) for post in posts[: uses[tag.name]]
        )


def test_the_cloud_has_the_45_most_used_tags_by_name_and_the_index_has_all():
    names = [f"Tag {number:02}" for number in range(50)]
    make_tags({name: 1 if name in names[10:15] else 2 for name in names} | {"bells": 9, "Élite": 4})
    page = get("/tags/")
    cloud = re.findall(
        r'<li class="size-(\d)"><a href="([^"]+)">([^<]+)</a></li>',
        part(page, r'<ul class="cloud">(.*?)</ul>'),
    )
    index = links_and_counts(part(page, r'<ul class="index">(.*?)</ul>'))
    often = [name for name in names if name not in names[10:15]]
    assert [name for _size, _address, name in cloud] == ["bells", "Élite", *often[:43]]
    assert len(cloud) == 45
    assert [cloud[0][0], cloud[1][0], cloud[-1][0]] == ["4", "3", "2"]
    assert [(name, count) for _address, name, count in index] == [
        ("bells", 9),
        ("Élite", 4),
        *((name, 1 if name in names[10:15] else 2) for name in names),
    ]
    assert get(cloud[-1][1]).status_code == 200


def test_a_tag_that_nobody_can_read_under_is_in_neither():
    make_post(tags=["Bells", "Drafts"], status=Post.Status.DRAFT)
    make_post(tags=["Bells"])
    said = words(get("/tags/"))
    assert "Bells 1 post" in said
    assert "Drafts" not in said


def test_a_tags_page_says_what_it_is_about_and_how_many_posts_it_has():
    make_post(title="The siren", tags=["Bells", "Noon"])
    make_post(title="The clock", tags=["Bells"])
    make_post(title="The goat")
    Tag.objects.filter(name="Bells").update(description="What rings & why.\n\nAnd for whom.")
    page = get("/tag/bells/")
    assert part(page, r"<h1>([^<]+)</h1>") == "Bells"
    assert part(page, r'class="deck">(.*?)</div>').split("\n\n") == [
        "<p>What rings &amp; why.</p>",
        "<p>And for whom.</p>",
    ]
    assert "2 posts" in words(page)
    assert set(titles(page)) == {"The siren", "The clock"}
    assert 'class="deck"' not in html(get("/tag/noon/"))


def hide_all() -> None:
    Post.objects.update(status=Post.Status.DRAFT)


@pytest.mark.parametrize("rest", ["", "page/1/", "page/2/", "feed/", "feed/atom/", "feed.json"])
@pytest.mark.parametrize("base", ["/tag/bells/", "/author/ann/"])
def test_a_tag_and_an_author_that_readers_see_nowhere_are_not_named(base, rest):
    author = make_user(Role.AUTHOR, display_name="Ann", slug="ann")
    make_post(author=author, tags=["Bells"])
    get(f"{base}feed/")
    hide_all()
    assert {"Ann", "Bells"} & set(words(get(base + rest, 404)).split()) == set()


def test_a_former_address_of_a_tag_that_readers_see_nowhere_leads_nowhere():
    make_post(tags=["Bells"])
    tag = Tag.objects.get()
    tag.slug = "chimes"
    tag.save()
    assert get("/tag/bells/", 301)["Location"] == "/tag/chimes/"
    hide_all()
    get("/tag/bells/", 404)
    get("/tag/bells/feed/", 404)


@pytest.mark.parametrize("model", ["tag", "user"])
def test_the_admin_leads_to_the_page_of_a_tag_or_an_author_where_there_is_one(model):
    post = make_post(tags=["Bells"])
    row = {"tag": Tag.objects.get(), "user": post.author}[model]
    client = Client()
    client.force_login(make_user(Role.ADMINISTRATOR))
    form = f"/admin/blog/{model}/{row.pk}/change/"
    assert row.get_absolute_url() in hrefs(client.get(form))
    hide_all()
    assert row.get_absolute_url() not in hrefs(client.get(form))


# The archive.


def months_of(page) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By the month: its web address, and day and title of each post."""
    found = {}
    for section in re.findall(r'<section class="month".*?</section>', html(page), re.DOTALL):
        address, name = re.search(r'<h2><a href="([^"]+)">([^<]+)<', section).groups()
        rows = re.findall(r"<time[^>]*>(\d+)</time>\s*<a[^>]*>([^<]+)</a>", section)
        found[name] = (address, rows)
    return found


def test_the_archive_lists_the_titles_of_each_month_with_their_days():
    posted("2024-03-01", "2024-03-31", "2024-12-31", "2025-01-01", "2023-07-07")
    posted("2024-03-02", status=Post.Status.DRAFT)
    posted("2024-03-03", kind=Post.Kind.PAGE, slug="about")
    posted((timezone.now() + timedelta(days=400)).date().isoformat())
    page = get("/archive/")
    assert list(months_of(page).items()) == [
        ("January 2025", ("/2025/01/", [("1", "Of 2025-01-01")])),
        ("December 2024", ("/2024/12/", [("31", "Of 2024-12-31")])),
        ("March 2024", ("/2024/03/", [("31", "Of 2024-03-31"), ("1", "Of 2024-03-01")])),
        ("July 2023", ("/2023/07/", [("7", "Of 2023-07-07")])),
    ]
    assert "March 2024 2 posts" in words(page) and "Archive 5 posts" in words(page)
    assert (hrefs(page).count("/2024/03/"), "Of 2024-03-02" in words(page)) == (1, False)


def test_a_month_of_the_archive_is_that_of_the_sites_zone(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    posted("2024-03-31")
    assert months_of(get("/archive/"))["April 2024"] == ("/2024/04/", [("1", "Of 2024-03-31")])


def test_the_archive_goes_on_after_a_hundred_titles_and_its_years_lead_to_their_page(monkeypatch):
    monkeypatch.setattr(lists, "TITLES", 3)
    posted("2025-05-01", "2024-12-31", "2024-12-30", "2024-12-29", "2023-07-07")
    pages = [get("/archive/"), get("/archive/page/2/")]
    years = part(pages[1], r'<nav class="years"[^>]*>(.*?)</nav>')
    assert re.findall(r'href="([^"]+)">(\d+)<', years) == [
        ("/archive/#2025-05", "2025"),
        ("/archive/#2024-12", "2024"),
        ("/archive/page/2/#2023-07", "2023"),
    ]
    assert [list(months_of(page)) for page in pages] == [
        ["May 2025", "December 2024"],
        ["December 2024", "July 2023"],
    ]
    assert all("December 2024 3 posts" in words(page) for page in pages)
    assert 'id="2023-07"' in html(pages[1])
    get("/archive/page/3/", 404)
    assert get("/archive/page/1/", 301)["Location"] == "/archive/"


def test_an_empty_archive_says_so():
    assert "Nothing has been published yet." in words(get("/archive/"))


def test_a_year_and_a_month_have_their_own_posts_newest_first():
    posted("2024-03-01", "2024-03-31", "2024-12-31", "2025-01-01")
    year, month = get("/2024/"), get("/2024/03/")
    assert titles(year) == ["Of 2024-12-31", "Of 2024-03-31", "Of 2024-03-01"]
    assert titles(month) == ["Of 2024-03-31", "Of 2024-03-01"]
    assert part(year, r"<h1>([^<]+)</h1>") == "2024"
    assert part(month, r"<h1>([^<]+)</h1>") == "March 2024"
    assert "3 posts" in words(year) and "2 posts" in words(month)
    assert {"/archive/", "/2024/"} <= set(hrefs(month))
    get("/2024/04/", 404)
    get("/2022/", 404)


# Where nothing is.


def test_a_404_says_what_it_is_and_leads_on():
    page = get("/2024/03/never/", 404)
    said = words(page)
    assert "Nothing is printed at this address." in said
    assert "It may have been mistyped, or the link that brought you here may be wrong." in said
    assert hrefs_of_ways_on(page) == WAYS_ON
    assert '<meta name="robots" content="noindex">' in html(page)


def test_a_410_says_that_it_was_there_and_leads_on():
    post = make_post(title="A secret by now")
    post.to_trash(timezone.now())
    post.save()
    page = get(post.path, 410)
    said = words(page)
    assert "This piece has been taken down." in said
    assert "It stood at this address once. It will not come back by itself." in said
    assert "A secret by now" not in said
    assert hrefs_of_ways_on(page) == WAYS_ON


def hrefs_of_ways_on(page) -> list[str]:
    ways = part(page, r'<ul class="ways-on">(.*?)</ul>')
    assert re.findall(r">([^<]+)</a>", ways) == [
        "To the front page",
        "Look through the archive",
        "Look by subject",
    ]
    return re.findall(r'href="([^"]+)"', ways)


# Home and the neighbours.


def test_a_pinned_post_stands_first_at_home_and_in_no_other_list():
    posted("2024-05-01", tags=["Bells"])
    (pinned,) = posted("2024-04-01", tags=["Bells"], pinned=True)
    posted("2024-06-01", tags=["Bells"])
    by_date = ["Of 2024-06-01", "Of 2024-05-01", "Of 2024-04-01"]
    assert titles(get("/")) == [pinned.title, "Of 2024-06-01", "Of 2024-05-01"]
    assert titles(get("/tag/bells/")) == titles(get("/2024/")) == by_date


def test_a_pinned_post_is_not_shown_again_on_a_further_page():
    Site.objects.create(pk=1, posts_per_page=2)
    posted("2024-05-01", "2024-06-01")
    posted("2024-04-01", pinned=True)
    assert titles(get("/")) == ["Of 2024-04-01", "Of 2024-06-01"]
    assert titles(get("/page/2/")) == ["Of 2024-05-01"]
    get("/page/3/", 404)


def neighbours(post) -> dict[str, str]:
    """By the kind of link: which address it has."""
    return dict(re.findall(r'<a rel="(prev|next)"[^>]* href="([^"]+)"', html(get(post.path))))


def test_previous_and_next_are_the_visible_posts_beside_it_in_time():
    newest, oldest, middle = posted("2024-06-03", "2024-06-01", "2024-06-02")
    posted("2024-06-02", status=Post.Status.DRAFT)
    posted("2024-06-01", kind=Post.Kind.PAGE, slug="about")
    make_post(published_at=timezone.now() + timedelta(days=1))
    assert neighbours(oldest) == {"next": middle.path}
    assert neighbours(middle) == {"prev": oldest.path, "next": newest.path}
    assert neighbours(newest) == {"prev": middle.path}


def test_a_pinned_post_stays_in_its_place_in_time_and_a_lone_one_has_no_neighbours():
    (lone,) = posted("2024-06-01")
    assert neighbours(lone) == {}
    (pinned,) = posted("2024-05-01", pinned=True)
    assert neighbours(lone) == {"prev": pinned.path}
    assert neighbours(pinned) == {"next": lone.path}


# The first link.


def test_the_first_link_of_every_public_page_skips_to_its_content():
    Site.objects.create(pk=1, posts_per_page=1)
    post = make_post(tags=["Bells"], days_ago=1)
    said = make_comment(post, status="approved")
    gone = make_post(tags=["Bells"])
    gone.to_trash(timezone.now())
    gone.save()
    make_post(author=post.author, days_ago=2)
    make_post(kind=Post.Kind.PAGE, slug="about")
    lists = ["/", "/page/2/", "/tag/bells/", "/tags/", "/archive/", post.path[:6], post.path[:9]]
    lists += [post.author.get_absolute_url(), "/about/", "/login/", "/password/reset/"]
    of_comments = [
        f"{post.path}reply/{said.public_id}/",
        f"{post.path}comments/{said.public_id}/report/",
    ]
    of_comments += ["/comments/find/", f"/comments/{cookies.sign(said)}/"]
    pages = dict.fromkeys([post.path, *lists, *of_comments], 200)
    for path, status in (pages | {"/nothing/here/": 404, gone.path: 410}).items():
        page = html(get(path, status))
        first = re.search(r"<a\s[^>]*>[^<]*", page)[0]
        assert first == '<a class="skip" href="#content">Skip to content', path
        assert page.count('id="content"') == 1, path
