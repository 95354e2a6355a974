"""Two tags that mean the same become one, in the list of tags and without a script."""

import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from blog.cache import versions
from blog.models import Role, Tag
from tests.factories import make_post, make_user
from tests.pages import words
from tests.world import signed_in

pytestmark = pytest.mark.django_db

LIST = "admin:blog_tag_changelist"


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR))


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def send(client, *names: str, **answer):
    """The list with these ticked, and on the page that asks what is answered there."""
    chosen = [tag(name).pk for name in names]
    return client.post(reverse(LIST), {"action": "merge", "_selected_action": chosen} | answer)


def merge(client, *names: str, into: str = "", name: str = ""):
    stays = tag(into).pk if into else ""
    return send(client, *names, merge="Merge", into=stays, name=name)


def leads_to(path: str) -> str:
    answer = Client().get(path)
    return answer.headers["Location"] if answer.status_code == 301 else str(answer.status_code)


def test_the_page_asks_which_one_stays_and_nothing_happens_before(editor):
    make_post(tags=["tarrifs"]), make_post(tags=["Tariffs", "tarrifs"])
    page = send(editor, "tarrifs", "Tariffs")
    shown = words(page)
    assert "Tariffs (1 post)" in shown and "tarrifs (2 posts)" in shown
    hidden = re.findall(r'name="_selected_action" value="(\d+)"', page.content.decode())
    assert {int(pk) for pk in hidden} == {tag("tarrifs").pk, tag("Tariffs").pk}
    assert Tag.objects.count() == 2


def test_the_posts_get_the_one_that_stays_once_and_in_its_place(editor):
    typed = ["tarrifs, diary", "diary, Tariffs, tarrifs", "tarrifs, diary, Tariffs", "diary"]
    posts = [make_post(tags=names.split(", ")) for names in typed]
    for post in posts:
        post.choose_lead_tag(post.tags.names())
    assert merge(editor, "tarrifs", "Tariffs", into="Tariffs").status_code == 302
    found = [", ".join(post.tags.names()) for post in posts]
    assert found == ["Tariffs, diary", "diary, Tariffs", "Tariffs, diary", "diary"]
    for post in posts:
        post.refresh_from_db()
    assert [post.lead_tag.name for post in posts] == ["Tariffs", "diary", "Tariffs", "diary"]
    assert not Tag.objects.filter(name="tarrifs").exists()


def test_old_addresses_and_feeds_lead_there_in_one_step(editor):
    make_post(tags=["tarrifs", "Tariffs"])
    renamed = tag("tarrifs")
    renamed.slug = "tarifs"
    renamed.save()
    merge(editor, "tarrifs", "Tariffs", into="Tariffs")
    for slug in ("tarrifs", "tarifs"):
        assert leads_to(f"/tag/{slug}/") == "/tag/tariffs/"
        assert leads_to(f"/tag/{slug}/feed/") == "/tag/tariffs/feed/"
    assert leads_to("/tag/tariffs/") == "200"


def test_kept_pages_are_stale_and_the_history_says_what_was_moved(editor):
    both, one = make_post(tags=["tarrifs", "Tariffs"]), make_post(tags=["tarrifs"])
    one.choose_lead_tag(["tarrifs"])
    before = versions.read(versions.SITE)
    merge(editor, "tarrifs", "Tariffs", into="Tariffs")
    assert versions.read(versions.SITE) != before
    said = (
        f"“tarrifs” (tarrifs) was merged into it. Posts that had it: {both.pk}, {one.pk};"
        f" that had both: {both.pk}; whose label it was: {one.pk}."
    )
    assert LogEntry.objects.get().get_change_message() == said
    history = editor.get(reverse("admin:blog_tag_history", args=[tag("Tariffs").pk]))
    assert said in unescape(history.content.decode())


def test_several_go_into_one_that_is_named(editor):
    make_post(tags=["tarrifs", "tarif", "Élite"])
    Tag.objects.filter(name="tarif").update(description="What is paid at the border.")
    answer = merge(editor, "tarrifs", "tarif", name=" ÉLITE ")
    assert "2 tags were merged into “Élite”" in words(editor.get(answer.headers["Location"]))
    assert list(Tag.objects.values_list("name", "description")) == [
        ("Élite", "What is paid at the border.")
    ]
    assert leads_to("/tag/tarif/") == leads_to("/tag/tarrifs/") == "/tag/%C3%A9lite/"


WRONG = [
    (("diary", "Tariffs"), {}, "Choose a tag."),
    (("diary", "Tariffs"), {"name": "Zebras"}, "There is no tag of this name."),
    (("diary",), {"into": "diary"}, "You chose one tag: write here the one that stays."),
    (("diary",), {"name": "Diary"}, "You chose one tag: write here the one that stays."),
]


@pytest.mark.parametrize(("names", "answer", "said"), WRONG)
def test_an_answer_that_says_nothing_is_asked_for_again(editor, names, answer, said):
    make_post(tags=["diary", "Tariffs"])
    page = merge(editor, *names, **answer)
    assert said in words(page)
    assert Tag.objects.count() == 2 and not LogEntry.objects.exists()


def test_a_name_that_is_taken_says_how_the_two_become_one(editor):
    make_post(tags=["tarrifs", "Tariffs"])
    page = reverse("admin:blog_tag_change", args=[tag("tarrifs").pk])
    answer = editor.post(page, {"name": "TARIFFS", "slug": "tarrifs", "description": ""})
    assert "The list of tags can merge the two." in words(answer)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_who_may_not_delete_tags_does_not_merge_them(role):
    make_post(tags=["tarrifs", "Tariffs"])
    client = signed_in(make_user(role))
    merge(client, "tarrifs", "Tariffs", into="Tariffs")
    assert Tag.objects.count() == 2
    assert b'value="merge"' not in client.get(reverse(LIST)).content
