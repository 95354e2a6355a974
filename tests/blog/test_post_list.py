"""The admin's list of posts: its search, its filters, and what it shows to whom."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, Role, Tag
from tests.factories import make_post, make_user
from tests.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR))


def ask(client, **query):
    return client.get(reverse("admin:blog_post_changelist"), query)


def titles(client, **query) -> list[str]:
    return [post.title for post in ask(client, **query).context["cl"].result_list]


def choices(client, name: str) -> str:
    """The words of a field above the list."""
    return unescape(str(ask(client).context["cl"].form[name]))


# The search.


def test_the_search_knows_words_phrases_beginnings_tags_and_what_to_leave_out(editor):
    make_post(title="Élite trams", body="They ran at night.", tags=["Night life"])
    make_post(title="Buses", body="The trams ran by day.")
    for typed, found in {
        "elite": ["Élite trams"],
        "tram": ["Élite trams", "Buses"],
        "trams -day": ["Élite trams"],
        '"ran by day"': ["Buses"],
        'tag:"night life"': ["Élite trams"],
        "trams -tag:night-life": ["Buses"],
        "-day": ["Élite trams"],
        "…": [],
        "zeppelin": [],
    }.items():
        assert titles(editor, q=typed) == found, typed


def test_the_search_finds_posts_of_every_status_and_pages(editor):
    for status in ("draft", "review", "private", "trash"):
        make_post(title=f"Trams {status}", status=status)
    make_post(title="Trams later", days_ago=-1)
    make_post(title="Trams over", expires_at=timezone.now())
    make_post(title="Trams page", kind="page")
    assert len(titles(editor, q="trams")) == 7
    assert titles(editor, q="trams", status="private") == ["Trams private"]


def test_the_best_post_comes_first_unless_a_column_is_chosen(editor):
    best = make_post(title="Trams", body="Trams, trams.")
    make_post(title="A walk", body="Far from everything, and once a tram. " + "Word. " * 200)
    assert titles(editor, q="tram") == ["Trams", "A walk"]
    best.save()
    assert titles(editor, q="tram", o="1") == ["A walk", "Trams"]


def test_a_long_result_has_pages_and_says_when_it_was_cut(editor, monkeypatch):
    monkeypatch.setattr("blog.search.posts.RANKED", 4)
    monkeypatch.setattr("blog.admin.posts.PostAdmin.list_per_page", 3)
    for number in range(6):
        make_post(title=f"Trams {number}")
    pages = [titles(editor, q="trams", p=page) for page in (1, 2)]
    assert sorted(sum(pages, [])) == ["Trams 2", "Trams 3", "Trams 4", "Trams 5"]
    assert "More than 4 posts found." in unescape(ask(editor, q="trams").content.decode())
    assert len(titles(editor, q="trams", all="")) == 4


# The filters.


def test_each_status_has_the_posts_that_people_mean_by_it(editor):
    now = timezone.now()
    for status in ("draft", "review", "private", "trash"):
        make_post(title=status, status=status)
    make_post(title="published", expires_at=now + timedelta(days=1))
    make_post(title="scheduled", days_ago=-1)
    make_post(title="expired", expires_at=now)
    for status, _words in Post.Status.choices:
        assert titles(editor, status=status) == [status]
    assert titles(editor, status="scheduled") == ["scheduled"]
    assert titles(editor, status="expired") == ["expired"]
    assert Post.objects.get(title="expired").status_words == "Expired"


def test_the_label_is_found_by_its_name_in_any_case_and_by_a_former_name(editor):
    post = make_post(title="Labelled", tags=["Sea", "Land"])
    post.choose_lead_tag(["Sea"])
    make_post(title="Not labelled", tags=["Sea"])
    assert titles(editor, label="sea") == ["Labelled"]
    assert titles(editor, label="Land") == []
    tag = Tag.objects.get(name="Sea")
    tag.name = "Ocean"
    tag.save()
    assert titles(editor, label="Sea") == ["Labelled"]


def test_an_author_is_found_beside_others_too(editor):
    ana, bo = make_user(Role.AUTHOR, display_name="Ana"), make_user(display_name="Bo")
    make_post(title="Together", author=ana).bylines.create(user=bo)
    make_post(title="Alone", author=ana)
    assert titles(editor, author=bo.pk) == ["Together"]
    assert set(titles(editor, author=ana.pk)) == {"Together", "Alone"}


def test_a_month_is_that_of_the_site(editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    make_post(title="In May", published_at=datetime(2024, 4, 30, 22, 30, tzinfo=UTC))
    make_post(title="In April", published_at=datetime(2024, 4, 30, 21, 30, tzinfo=UTC))
    make_post(title="In December", published_at=datetime(2023, 12, 31, 12, tzinfo=UTC))
    assert titles(editor, month="2024-05") == ["In May"]
    assert titles(editor, month="2024-04") == ["In April"]
    assert titles(editor, month="2023-12") == ["In December"]
    field = choices(editor, "month")
    assert field.index('label="2024"') < field.index("May 2024") < field.index("April 2024")


def test_filters_and_the_search_narrow_the_list_together(editor):
    page = make_post(title="Trams of the page", kind="page")
    make_post(title="Trams of the post", author=page.author)
    assert titles(editor, q="trams", kind="page", author=page.author.pk) == [page.title]
    assert titles(editor, q="trams", kind="page", status="draft") == []


BAD = [
    {"label": "No such tag"},
    {"author": "9" * 30},
    {"author": "³"},
    {"author": "none"},
    {"month": "2024-99"},
    {"month": "9999-12"},
    {"status": "lost"},
    {"kind": "\0"},
    {"q": "x" * 201},
    {"label": "\0"},
]


@pytest.mark.parametrize("query", BAD)
def test_a_bad_filter_is_named_beside_its_field_and_finds_nothing(editor, query):
    make_post()
    answer = ask(editor, **query)
    assert (answer.status_code, answer.context["cl"].result_count) == (200, 0)
    assert list(answer.context["cl"].form.errors) == list(query)
    assert 'class="errorlist"' in answer.content.decode()


# Rights.


def test_an_author_learns_nothing_of_posts_of_others():
    ana, bo = (make_user(Role.AUTHOR, display_name=name) for name in ("Ana", "Bo"))
    make_post(title="Trams of Ana", author=ana, published_at=datetime(2024, 5, 1, tzinfo=UTC))
    make_post(title="Trams of Bo", author=bo, published_at=datetime(2019, 1, 1, tzinfo=UTC))
    client = signed_in(ana)
    assert titles(client) == titles(client, q="trams") == ["Trams of Ana"]
    assert "Bo" not in choices(client, "author") and "2019" not in choices(client, "month")
    assert titles(client, author=bo.pk) == titles(client, month="2019-01") == []


# Queries.


def test_the_list_asks_as_often_with_many_posts_authors_tags_and_months(editor):
    def publish(count):
        for number in range(count):
            post = make_post(title="Trams", tags=[f"Tag {number}"], days_ago=31 * number)
            post.choose_lead_tag([f"Tag {number}"])

    def queries(**query) -> int:
        ask(editor, **query)
        with CaptureQueriesContext(connection) as asked:
            assert ask(editor, **query).context["cl"].result_count
        return len(asked)

    publish(2)
    asked = [{}, {"q": "trams"}, {"status": "published", "label": "Tag 1"}]
    few = [queries(**query) for query in asked]
    publish(30)
    assert [queries(**query) for query in asked] == few
    assert max(few) <= 14


def test_no_text_of_a_post_is_read_for_the_list(editor):
    make_post(title="Trams")
    with CaptureQueriesContext(connection) as asked:
        ask(editor, q="trams")
    assert not [row["sql"] for row in asked if '"body_html"' in row["sql"]]


def test_a_list_to_choose_from_keeps_that_it_is_one(editor):
    make_post()
    page = ask(editor, _popup="1").content.decode()
    assert 'name="_popup" value="1"' in page and 'name="which"' not in page
