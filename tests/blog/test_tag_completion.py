"""The names of tags are completed while somebody types; the label is a name too."""

import gzip
import re
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import blog.migrations
from blog.models import Post, PostTag, Revision, Role, Tag
from tests.desk import Desk, errors
from tests.factories import make_post, make_user
from tests.history import restore
from tests.pages import html

pytestmark = pytest.mark.django_db

SUGGEST = "admin:blog_post_tags"


@pytest.fixture
def desk():
    return Desk()


def make_tags(uses: dict[str, int]) -> None:
    posts = [make_post() for _n in range(max(uses.values()))]
    for tag in Tag.objects.named(uses):
        for post in posts[: uses[tag.name]]:
            PostTag.objects.create(tag=tag, content_object=post)


def suggested(desk, typed: str) -> list[str]:
    answer = desk.client.get(reverse(SUGGEST), {"q": typed})
    assert answer.status_code == 200
    return [tag["name"] for tag in answer.json()["tags"]]


def test_the_exact_name_comes_first_then_the_most_used_then_the_shortest(desk):
    make_tags({"Iran": 1, "Iran war": 3, "Tirana": 2, "Iran deal": 0, "Iranians": 0, "War": 5})
    assert suggested(desk, "iran") == ["Iran", "Iran war", "Tirana", "Iranians", "Iran deal"]
    answer = desk.client.get(reverse(SUGGEST), {"q": "IRAN W"})
    assert answer.json() == {"tags": [{"name": "Iran war", "posts": 3}]}


@pytest.mark.parametrize("typed", ["elite", "Élite", "ELITE", "e\u0301lit", "élité"])
def test_accents_do_not_count_and_use_does(desk, typed):
    make_tags({"Élite": 1, "Elites": 3, "Rowing élite": 2, "Tram": 5})
    first = ["Élite"] if len(typed) > 4 + ("\u0301" in typed) else []
    most_used = [name for name in ("Elites", "Rowing élite", "Élite") if name not in first]
    assert suggested(desk, typed) == [*first, *most_used]


def test_letters_with_a_stroke_and_former_names_are_found_too(desk):
    make_tags({"Øresund": 1, "Łódź": 2, "हिन्दी": 0})
    tag = Tag.objects.get(name="Łódź")
    tag.name = "Manchester of Poland"
    tag.save()
    assert suggested(desk, "oresund") == ["Øresund"]
    assert suggested(desk, "lodz") == ["Manchester of Poland"]
    assert suggested(desk, "हन") == []


def test_of_two_tags_the_one_of_exactly_this_name_comes_first(desk):
    make_tags({"Élite": 3, "Elite": 1})
    assert suggested(desk, "elite") == ["Elite", "Élite"]
    assert suggested(desk, "élite") == ["Élite", "Elite"]


def test_a_former_name_finds_the_tag_that_stayed(desk):
    stays, other = Tag.objects.named(["Customs", "tarrifs"])
    stays.merge(other)
    assert suggested(desk, "tarr") == ["Customs"]


@pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 10_000, "%", "_", "''", "\\", "é\0"])
def test_odd_words_find_nothing_and_are_no_error(desk, typed):
    Tag.objects.create(name="Trams")
    assert suggested(desk, typed) == []


def test_of_thousands_ten_are_answered_by_as_many_queries(desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(suggested(desk, "tag")) == min(10, Tag.objects.count())
        return len(asked)

    make_tags({"Tag": 1})
    few = queries()
    Tag.objects.bulk_create(
        Tag(name=f"Tag {n}", key=f"tag {n}", slug=f"tag-{n}") for n in range(3000)
    )
    assert queries() == few


@pytest.mark.parametrize(
    ("role", "status"), [(None, 401), (Role.MODERATOR, 403), (Role.AUTHOR, 200)]
)
def test_only_who_writes_is_answered(role, status):
    client = Client()
    if role:
        client.force_login(make_user(role))
    answer = client.get(reverse(SUGGEST), {"q": "x"})
    assert answer.status_code == status
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_form_names_its_own_tags_only_however_many_there_are(desk):
    post = desk.typed("_draft", tags='Trams, "Q&A" <b>')
    Tag.objects.bulk_create(
        Tag(name=f"Other {n}", key=f"other {n}", slug=f"other-{n}") for n in range(3000)
    )
    page = html(desk.page(post))
    offered = re.search(r'<datalist id="id_lead_tag_list">(.*?)</datalist>', page, re.DOTALL)[1]
    names = [unescape(name) for name in re.findall(r'value="([^"]*)"', offered)]
    assert names == ["Trams", '"Q&A" <b>']
    assert 'name="lead_tag" value="Trams"' in page and "Other 7" not in page


def test_the_form_asks_as_often_with_many_tags(desk):
    def queries(post) -> int:
        desk.page(post)
        with CaptureQueriesContext(connection) as asked:
            desk.page(post)
        return len(asked)

    few = desk.typed("_draft", tags="Trams")
    many = desk.typed("_draft", tags=", ".join(f"Tag {n}" for n in range(45)))
    assert queries(few) == queries(many)


def test_saving_asks_as_often_with_many_tags(desk):
    def queries(post, tags) -> int:
        desk.type("_draft", post, tags=tags, title="Before")
        with CaptureQueriesContext(connection) as asked:
            assert desk.type("_draft", post, tags=tags).status_code == 302
        return len(asked)

    few = desk.typed("_draft", tags="Trams")
    names = ", ".join(f"Tag {n}" for n in range(45))
    many = desk.typed("_draft", tags=names)
    assert queries(few, "Trams") == queries(many, names)


# The label.


def label(post) -> str:
    return Post.objects.get(pk=post.pk).lead_tag.name


def tags(post) -> str:
    return ", ".join(post.tags.names())


def test_a_label_that_is_not_among_the_tags_becomes_one(desk):
    post = desk.typed("_draft", tags="Trams, diary", lead_tag="  Sea   wall ")
    assert (label(post), tags(post)) == ("Sea wall", "Trams, diary, Sea wall")
    desk.type("_draft", post, tags="", lead_tag="Piers")
    assert (label(post), tags(post)) == ("Piers", "Piers")


def test_a_label_in_another_spelling_or_by_a_former_name_is_no_new_tag(desk):
    stays, other = Tag.objects.named(["tariffs", "tarrifs"])
    stays.merge(other)
    post = desk.typed("_draft", tags="Trams, tariffs", lead_tag="Tarrifs")
    assert (label(post), tags(post)) == ("tariffs", "Trams, tariffs")
    post = desk.typed("_draft", tags="Trams, tarrifs", lead_tag="TARIFFS")
    assert (label(post), tags(post)) == ("tariffs", "Trams, tariffs")


def test_an_emptied_label_is_the_first_tag_again(desk):
    post = desk.typed("_draft", tags="Trams, diary", lead_tag="diary")
    desk.type("_draft", post, tags="Trams, diary", lead_tag="")
    assert label(post) == "Trams"


def test_a_label_whose_tag_was_taken_out_gives_way_and_is_not_put_back(desk):
    post = desk.typed("_draft", tags="Trams, diary", lead_tag="diary")
    desk.type("_draft", post, tags="Trams", lead_tag="diary")
    assert (label(post), tags(post)) == ("Trams", "Trams")


@pytest.mark.parametrize("typed", ["Trams, diary", "x" * 101, "\u200b", "a\x01b"])
def test_what_is_no_tag_is_no_label_and_comes_back(desk, typed):
    answer = desk.type("_draft", lead_tag=typed)
    assert "lead_tag" in errors(answer)
    assert f'value="{typed}"' in unescape(html(answer))


def test_a_label_that_is_a_number_is_a_name(desk):
    first = desk.typed("_draft", tags="Trams, 1984")
    assert label(first) == "Trams"
    year = Tag.objects.get(name="1984")
    post = desk.typed("_draft", tags=f"{year.pk}, 1984", lead_tag="1984")
    assert label(post) == "1984"
    assert 'name="lead_tag" value="1984"' in html(desk.page(post))


def test_the_label_of_a_revision_comes_back_by_its_name_today(desk):
    post = desk.typed("_draft", tags="Trams, tarrifs", lead_tag="tarrifs")
    old = post.revisions.get()
    desk.type("_draft", post, tags="Trams", lead_tag="")
    stays, other = Tag.objects.named(["tariffs", "tarrifs"])
    stays.merge(other)
    restore(desk, old)
    assert (label(post), tags(post)) == ("tariffs", "Trams, tariffs")


def test_the_preview_shows_a_label_that_is_new(desk):
    post = desk.typed("_draft", tags="Trams")
    address = reverse("admin:blog_post_preview", args=[post.uuid])
    sent = {"title": "x", "body": "y", "tags": "Trams", "lead_tag": "Sea wall", "_draft": "1"}
    page = html(desk.client.post(address, sent))
    assert re.search(r'<p class="label"><a href="/tag/sea-wall/">Sea wall</a>', page)
    assert not Tag.objects.filter(name="Sea wall").exists()


def test_labels_that_were_typed_as_numbers_become_names(desk):
    post = desk.typed("_draft", tags="Trams, diary")
    (file,) = Path(blog.migrations.__path__[0]).glob("*_tags.py")
    change = import_module(f"blog.migrations.{file.stem}")
    tag = Tag.objects.get(name="diary")
    for label in (str(tag.pk), "", "9" * 18):
        fields = {"title": "As typed", "lead_tag": label}
        post.revisions.create(kind=Revision.Kind.ASIDE, fields=fields)
    change.name_labels(apps, None)
    found = post.revisions.filter(kind=Revision.Kind.ASIDE).order_by("pk")
    assert [row.fields["lead_tag"] for row in found] == ["diary", "", ""]
    assert {row.fields["title"] for row in found} == {"As typed"}


def test_all_scripts_of_the_editor_together_are_small():
    folder = settings.BASE_DIR / "blog" / "static" / "blog"
    names = ("writing.js", "autosave.js", "checklist.js", "tags.js")
    files = [*(folder / name for name in names), *folder.glob("writing/*.js")]
    files += folder.glob("vendor/*.js")
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= 24_000
