"""A merge of tags is a row, and can be undone from the admin."""

import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.cache import versions
from blog.models import FormerName, Post, Role, Tag, TagAlias, TagMerge
from blog.search import posts
from blog.search.query import parse
from tests.factories import make_post, make_user
from tests.pages import words
from tests.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return signed_in(make_user(Role.EDITOR))


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def labelled(*names: str) -> Post:
    post = make_post(tags=names)
    post.choose_lead_tag(list(names))
    return post


def merge(old="tarrifs", into="tariffs", by=None) -> TagMerge:
    return tag(into).merge(tag(old), by=by)


def undo(client, row: TagMerge):
    return client.post(reverse("admin:blog_tagmerge_undo", args=[row.pk]), follow=True)


def tags_of(*posts) -> list[str]:
    return [", ".join(post.tags.names()) for post in posts]


def labels(*posts) -> list[str]:
    return [Post.objects.get(pk=post.pk).lead_tag.name for post in posts]


def leads_to(path: str) -> str:
    answer = Client().get(path)
    return answer.headers["Location"] if answer.status_code == 301 else str(answer.status_code)


def everything() -> dict:
    """All that a merge touches."""
    return {
        "tags": list(Tag.objects.order_by("pk").values_list("pk", "name", "slug", "description")),
        "aliases": set(TagAlias.objects.values_list("slug", "tag__name")),
        "names": set(FormerName.objects.values_list("name", "tag__name")),
        "posts": {post.pk: list(post.tags.names()) for post in Post.objects.all()},
        "labels": dict(Post.objects.values_list("pk", "lead_tag__name")),
    }


TYPED = ["tarrifs, diary", "diary, tariffs, tarrifs", "tarrifs, diary, tariffs", "diary", "tariffs"]


@pytest.mark.parametrize("description", ["", "What is paid at the border."])
def test_an_undone_merge_leaves_everything_as_it_was(editor, description):
    for names in TYPED:
        labelled(*names.split(", "))
    old = tag("tarrifs")
    old.name, old.description = "tarifs", description
    old.save()
    before = everything()
    row = merge("tarifs")
    assert everything() != before
    undo(editor, row)
    assert everything() == before


def test_the_row_says_who_merged_what_and_when(editor):
    both, one = labelled("tariffs", "tarrifs"), labelled("tarrifs")
    chosen = {"action": "merge", "_selected_action": [tag("tarrifs").pk, tag("tariffs").pk]}
    answer = {"merge": "Merge", "into": tag("tariffs").pk}
    told = editor.post(reverse("admin:blog_tag_changelist"), chosen | answer, follow=True)
    row = TagMerge.objects.get()
    assert (row.name, row.into_name, row.by_id) == (
        *("tarrifs", "tariffs"),
        int(editor.session["_auth_user_id"]),
    )
    assert (row.posts, row.had_both, row.labelled) == ([both.pk, one.pk], [both.pk], [one.pk])
    assert reverse("admin:blog_tagmerge_undo", args=[row.pk]) in told.content.decode()
    listed = words(editor.get(reverse("admin:blog_tagmerge_changelist")))
    assert "tarrifs tariffs" in listed and "Undo…" in listed


def test_a_merge_and_its_undo_make_kept_pages_stale(editor):
    make_post(tags=["tarrifs", "tariffs"])
    seen = [versions.read(versions.SITE)]
    row = merge()
    seen.append(versions.read(versions.SITE))
    undo(editor, row)
    seen.append(versions.read(versions.SITE))
    assert len({tuple(each.items()) for each in seen}) == 3


def test_readers_find_both_again(editor):
    post = make_post(tags=["tarrifs"])
    make_post(tags=["tariffs"])
    row = merge()
    assert leads_to("/tag/tarrifs/") == "/tag/tariffs/"
    undo(editor, row)
    assert leads_to("/tag/tarrifs/") == leads_to("/tag/tariffs/") == "200"
    assert 'href="/tag/tarrifs/"' in Client().get(post.path).content.decode()


def test_posts_that_changed_meanwhile_are_kept_and_named(editor):
    names = ["still", "added", "lost", "both"]
    still, added, lost, both = (
        make_post(title=f"It was {name}", tags=["tarrifs", "diary"]) for name in names
    )
    both.tags.set(["tarrifs", "tariffs"])
    make_post(tags=["tariffs"])
    row = merge()
    added.tags.set(["tariffs", "diary", "pier"])
    lost.tags.set(["diary"])
    both.tags.set(["pier", "tariffs"])
    gone = labelled("tariffs")
    page = undo(editor, row)
    assert tags_of(still, added, lost, both, gone) == [
        *("tarrifs, diary", "tarrifs, diary, pier", "diary", "pier, tariffs, tarrifs", "tariffs"),
    ]
    told = re.sub(r"<[^>]+>", "", unescape(page.content.decode()))
    assert "put beside the changes: It was added, It was both" in told
    assert "were left alone: It was lost" in told and "It was still" not in told


def test_a_label_that_was_chosen_meanwhile_stays(editor):
    first, second = labelled("tarrifs", "diary"), labelled("tarrifs", "diary")
    make_post(tags=["tariffs"])
    row = merge()
    Post.objects.filter(pk=second.pk).update(lead_tag=tag("diary"))
    undo(editor, row)
    assert labels(first, second) == ["tarrifs", "diary"]


def test_posts_deleted_meanwhile_are_counted(editor):
    make_post(tags=["tarrifs"]).delete(), make_post(tags=["tarrifs"]), make_post(tags=["tariffs"])
    deleted = make_post(tags=["tarrifs"])
    row = merge()
    deleted.delete()
    assert "1 more or deleted" in words(undo(editor, row))


def test_a_merge_is_undone_once_also_by_a_double_press(editor):
    make_post(tags=["tarrifs", "tariffs"])
    row = merge()
    undo(editor, row)
    before = everything()
    assert "This merge was undone already." in words(undo(editor, row))
    assert everything() == before


def test_merges_upon_merges_are_undone_from_the_last(editor):
    for names in (["a", "x"], ["a", "b"], ["b", "c"], ["a", "b", "c"], ["c"]):
        labelled(*names)
    before = everything()
    first, last = merge("a", "b"), merge("b", "c")
    assert "“b” was merged into “c” afterwards. Undo that first." in words(undo(editor, first))
    undo(editor, last), undo(editor, first)
    assert everything() == before


def test_two_merges_into_one_tag_are_undone_from_the_last_where_they_share_posts(editor):
    labelled("a", "b"), labelled("c"), labelled("d")
    before = everything()
    first, second, other = merge("a", "c"), merge("b", "c"), merge("d", "c")
    assert "“b” was merged into “c” afterwards. Undo that first." in words(undo(editor, first))
    undo(editor, second), undo(editor, first), undo(editor, other)
    assert everything() == before


def test_what_is_in_the_way_of_an_undo_is_said_in_words(editor):
    make_post(tags=["tarrifs", "tariffs"])
    row = merge()
    FormerName.objects.all().delete()
    Tag.objects.create(name="Tarrifs")
    assert "There is a tag “tarrifs” again. Rename it, or merge it." in words(undo(editor, row))
    tag("tariffs").remove()
    assert "“tariffs” was deleted since." in words(undo(editor, row))


def test_an_address_that_was_taken_meanwhile_is_not_taken_back(editor):
    make_post(tags=["tarrifs", "tariffs"])
    row = merge()
    Tag.objects.create(name="Other", slug="tarrifs")
    undo(editor, row)
    assert (tag("Other").slug, tag("tarrifs").slug) == ("tarrifs", "tarrifs-2")


def test_the_history_says_that_it_was_undone(editor):
    make_post(tags=["tarrifs", "tariffs"])
    undo(editor, merge())
    assert LogEntry.objects.get().get_change_message() == (
        "The merge of “tarrifs” into it was undone."
    )


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_who_may_not_merge_does_not_undo(role):
    make_post(tags=["tarrifs", "tariffs"])
    row = merge()
    page = reverse("admin:blog_tagmerge_undo", args=[row.pk])
    client = signed_in(make_user(role))
    assert [client.get(page).status_code, client.post(page).status_code] == [
        *(403, 403),
    ]
    assert not Tag.objects.filter(name="tarrifs").exists()


def test_merging_and_undoing_ask_as_often_for_many_posts(editor):
    def queries(posts: int) -> tuple[int, int]:
        for _n in range(posts):
            labelled("tarrifs", "diary", "tariffs"), labelled("tarrifs")
        labelled("tariffs")
        with CaptureQueriesContext(connection) as merging:
            row = merge()
        with CaptureQueriesContext(connection) as undoing:
            row.undo(by=None)
        return len(merging), len(undoing)

    assert queries(1) == queries(12)


def test_the_search_finds_posts_by_the_tag_that_they_have_now(editor):
    wrong, right = make_post(tags=["tarrifs"]), make_post(tags=["tariffs"])

    def found(typed: str) -> set[int]:
        return set(posts.find(parse(typed), timezone.now()).pks)

    both = {wrong.pk, right.pk}
    row = merge()
    assert (found("tarrifs"), found("tariffs")) == (set(), both)
    # The former name now gives the tag that stayed.
    assert found("tag:tarrifs") == found("tag:tariffs") == both
    undo(editor, row)
    for start in ("", "tag:"):
        assert found(f"{start}tarrifs") == {wrong.pk}
        assert found(f"{start}tariffs") == {right.pk}
