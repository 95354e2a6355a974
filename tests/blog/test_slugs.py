"""Web addresses in every script keep each letter with its signs."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from blog.models import Post, Role, Tag, TagAlias
from blog.text.markup import render
from blog.text.slugs import LONGEST, check_slug, make_slug
from tests.factories import make_post, make_user

WORDS = [
    *("हिन्दी", "বাংলা", "தமிழ்", "ภาษาไทย", "น้ำ", "ນ້ຳ", "ខ្មែរ", "မြန်မာ", "සිංහල", "ཨོཾ"),
    *("عَرَبِيّ", "שָׁלוֹם", "ọ̀rọ̀", "größe", "ελλάς", "日本語", "한국어"),
]
BEFORE = [("blog", "0008_picture")]
MAY = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_script_is_its_own_slug(word):
    assert make_slug(word) == make_slug(make_slug(word)) == word
    assert make_slug(f"{word}, ({word})!") == f"{word}-{word}"
    check_slug(word)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("İstanbul", "istanbul"),
        ("E\u0301lan", "élan"),
        ("1\ufe0f\u20e3 ❤\ufe0f two", "1-two"),
        ("\u0301 a", "a"),
        ("❤\u0301", ""),
        ("\u17b4\u115f", ""),
        ("  a _ b -- c_d  ", "a-b-c_d"),
    ],
)
def test_marks_without_a_letter_and_those_that_nobody_sees_are_dropped(text, slug):
    assert make_slug(text) == slug


@pytest.mark.parametrize("places", range(LONGEST - 3, LONGEST + 1))
def test_a_long_word_is_cut_between_letters(places):
    slug = make_slug("x" * places + "กี่" * 9)
    assert slug == "x" * places + "กี่" * ((LONGEST - places) // 3)


@pytest.mark.parametrize("slug", ["a b", "a/b", "a\n", "\u093f", "a.b", "<b>", "❤"])
def test_what_is_no_slug_is_refused(slug):
    with pytest.raises(ValidationError):
        check_slug(slug)


def test_two_headings_that_differ_by_a_vowel_have_two_ids():
    ids = [heading.id for heading in render("## कि\n\n## की\n\n## की", "").headings]
    assert ids == ["h-कि", "h-की", "h-की-2"]


# Posts.


@pytest.mark.django_db
def test_a_post_has_its_title_in_its_address():
    post = make_post(title="हिन्दी की ख़बर", published_at=MAY)
    assert post.path == "/2024/05/" + make_slug("हिन्दी की ख़बर") + "/"
    assert Client().get(quote(post.path)).status_code == 200


@pytest.mark.django_db
def test_an_address_without_signs_stays_and_is_found_with_them():
    post = make_post(slug="हनद", title="हिन्दी", published_at=MAY)
    post.save()
    assert post.path == "/2024/05/हनद/"
    answer = Client().get(quote("/2024/05/हिन्दी/"))
    assert (answer.status_code, answer.headers["Location"]) == (301, quote(post.path))


@pytest.mark.django_db
def test_an_address_that_is_mended_by_hand_leaves_a_redirect():
    post = make_post(slug="हनद", title="हिन्दी", published_at=MAY)
    post.slug = "हिन्दी"
    post.save()
    answer = Client().get(quote("/2024/05/हनद/"))
    assert answer.headers["Location"] == quote("/2024/05/हिन्दी/")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_drafts_of_older_versions_get_their_signs_back():
    made = make_post(status="draft", title="हिन्दी की ख़बर")
    chosen = make_post(status="draft", title="தமிழ்", slug="tamil")
    public = make_post(title="ภาษาไทยน้ำ", published_at=MAY)
    after = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        executor = MigrationExecutor(connection)
        old = executor.migrate(BEFORE).apps.get_model("blog", "Post").objects
        old.filter(pk=made.pk).update(slug="हनद-क-खबर")
        old.filter(pk=public.pk).update(slug="ภาษาไทยนา", path="/2024/05/ภาษาไทยนา/")
    finally:
        MigrationExecutor(connection).migrate(after)
    slugs = {post.pk: post.slug for post in Post.objects.all()}
    assert slugs[made.pk] == make_slug(made.title)
    assert (slugs[chosen.pk], slugs[public.pk]) == ("tamil", "ภาษาไทยนา")


# Tags and people.


@pytest.mark.django_db
def test_a_tag_is_found_under_its_name_and_a_mended_one_under_both():
    make_post(tags=["हिन्दी"])
    tag = Tag.objects.get()
    assert tag.get_absolute_url() == quote("/tag/हिन्दी/")
    Tag.objects.update(slug="हनद")
    answer = Client().get(quote("/tag/हिन्दी/"))
    assert answer.headers["Location"] == quote("/tag/हनद/")
    Tag.objects.get().save()
    assert Tag.objects.get().slug == "हनद" and not TagAlias.objects.exists()
    tag.slug = "हिन्दी"
    tag.save()
    assert Client().get(quote("/tag/हनद/")).headers["Location"] == quote("/tag/हिन्दी/")


@pytest.mark.django_db
def test_a_tag_without_its_signs_gets_them_when_it_is_renamed():
    make_post(tags=["हिन्दी"])
    Tag.objects.update(slug="हनद")
    tag = Tag.objects.get()
    tag.name = "हिन्दी भाषा"
    tag.save()
    assert tag.slug == "हिन्दी-भाषा"
    assert Client().get(quote("/tag/हनद/")).headers["Location"] == quote(f"/tag/{tag.slug}/")


@pytest.mark.django_db
def test_the_forms_of_tags_and_people_take_such_a_slug():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    fields = {"name": "ภาษาไทย", "slug": "ภาษาไทย", "description": ""}
    assert client.post(reverse("admin:blog_tag_add"), fields).status_code == 302
    assert Tag.objects.get().slug == "ภาษาไทย"
    answer = client.post(reverse("admin:blog_tag_add"), fields | {"name": "B", "slug": "***"})
    assert "letters or digits of any script" in answer.content.decode()
    person = make_user(display_name="हिन्दी")
    person.clean_fields()
    assert person.slug == "हिन्दी"
