"""A tag's name and web address: renamed, merged, typed again."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import FormerName, Post, Revision, Role, Site, Tag, TagAlias
from tests.desk import Desk
from tests.factories import make_post, make_user
from tests.history import restore
from tests.pages import words

pytestmark = pytest.mark.django_db

ADD = "admin:blog_tag_add"


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def names() -> set[str]:
    return set(Tag.objects.values_list("name", flat=True))


def rename(editor, old: str, new: str, **fields):
    """As a browser sends the form: the address as it stood there, unless one types another."""
    row = tag(old)
    shown = {"name": row.name, "slug": row.slug, "description": row.description}
    hidden = {f"initial-{name}": value for name, value in shown.items()}
    inline = {}
    if row.former_names.exists():
        inline = {f"former_names-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    change = reverse("admin:blog_tag_change", args=[row.pk])
    return editor.post(change, shown | hidden | inline | {"name": new} | fields)


def leads_to(path: str) -> str:
    answer = Client().get(path)
    return answer.headers["Location"] if answer.status_code == 301 else str(answer.status_code)


# Renaming.


@pytest.mark.parametrize("rest", ["", "feed/", "feed/atom/", "feed.json", "page/2/"])
def test_renaming_moves_the_address_and_the_old_one_leads_there(editor, rest):
    Site.objects.create(pk=1, posts_per_page=1)
    make_post(tags=["tarrifs"]), make_post(tags=["tarrifs"])
    assert rename(editor, "tarrifs", "tariffs").status_code == 302
    assert tag("tariffs").slug == "tariffs"
    assert leads_to(f"/tag/tarrifs/{rest}") == f"/tag/tariffs/{rest}"


def test_an_address_that_somebody_typed_stays_when_the_name_changes(editor):
    make_post(tags=["tarrifs"])
    rename(editor, "tarrifs", "Customs duties", slug="customs")
    assert (tag("Customs duties").slug, leads_to("/tag/tarrifs/")) == ("customs", "/tag/customs/")
    rename(editor, "Customs duties", "Duties")
    assert tag("Duties").slug == "customs"


def test_an_emptied_address_is_made_from_the_name(editor):
    make_post(tags=["Duties"])
    Tag.objects.update(slug="customs")
    rename(editor, "Duties", "Duties", slug="")
    assert (tag("Duties").slug, leads_to("/tag/customs/")) == ("duties", "/tag/duties/")


def test_renamed_back_and_forth_nothing_leads_to_itself(editor):
    make_post(tags=["tarrifs"])
    for old, new in (("tarrifs", "tariffs"), ("tariffs", "tarrifs"), ("tarrifs", "tariffs")):
        rename(editor, old, new)
    assert leads_to("/tag/tarrifs/") == "/tag/tariffs/"
    assert leads_to("/tag/tariffs/") == "200"
    assert [row.slug for row in TagAlias.objects.all()] == ["tarrifs"]
    assert [row.name for row in FormerName.objects.all()] == ["tarrifs"]


@pytest.mark.parametrize(
    ("old", "new"), [("diary", "Diary"), ("C", "C++"), ("?", "!"), ("a b", "A-B")]
)
def test_an_address_that_would_be_the_same_stays(editor, old, new):
    make_post(tags=[old])
    slug = tag(old).slug
    rename(editor, old, new)
    assert tag(new).slug == slug and not TagAlias.objects.exists()


def test_a_numbered_address_follows_too(editor):
    make_post(tags=["C", "C++"])
    rename(editor, "C++", "Rust")
    assert (tag("Rust").slug, leads_to("/tag/c-2/")) == ("rust", "/tag/rust/")


def test_an_address_without_letters_is_refused_and_comes_back(editor):
    make_post(tags=["diary"])
    answer = rename(editor, "diary", "Journal", slug="🎉")
    assert "A web address has letters or digits of any script." in words(answer)
    assert names() == {"diary"}


# Adding.


def test_a_new_tag_gets_its_address_from_its_name(editor):
    assert editor.post(reverse(ADD), {"name": "Élite corps"}).status_code == 302
    assert tag("Élite corps").slug == "élite-corps"
    assert "Made from the name if you leave it empty." in words(editor.get(reverse(ADD)))


def test_a_new_tag_does_not_take_the_address_that_leads_to_another(editor):
    make_post(tags=["Iran"])
    rename(editor, "Iran", "Persia")
    Tag.objects.create(name="Iran?")
    assert (tag("Iran?").slug, leads_to("/tag/iran/")) == ("iran-2", "/tag/persia/")
    answer = editor.post(reverse(ADD), {"name": "Iran now", "slug": "iran"})
    assert "This is a former web address of “Persia”, and leads there." in words(answer)


def test_a_former_name_is_refused_until_the_page_of_its_tag_frees_it(editor):
    make_post(tags=["Iran"])
    rename(editor, "Iran", "Persia")
    answer = editor.post(reverse(ADD), {"name": "IRAN"})
    assert "This is a former name of “Persia”; its page can free the name." in words(answer)
    former = FormerName.objects.get()
    inline = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-id": former.pk, "0-DELETE": "on"}
    inline |= {"0-tag": tag("Persia").pk}
    rename(editor, "Persia", "Persia", **{f"former_names-{key}": v for key, v in inline.items()})
    assert editor.post(reverse(ADD), {"name": "Iran"}).status_code == 302
    assert names() == {"Iran", "Persia"}


# Typed again.


def merged(old="tarrifs", into="tariffs") -> Tag:
    stays, other = Tag.objects.named([into, old])
    stays.merge(other)
    return stays


@pytest.mark.parametrize("typed", ["tarrifs", "TARRIFS", " Tarrifs, tariffs", "tariffs; tarrifs"])
def test_the_name_of_a_merged_tag_gives_the_one_that_stayed(typed):
    stays = merged()
    post = Desk().typed(tags=typed)
    assert (list(post.tags.all()), post.lead_tag) == ([stays], stays)
    assert names() == {"tariffs"} and leads_to("/tag/tarrifs/") == "/tag/tariffs/"


def test_the_former_name_of_a_renamed_tag_gives_it_too(editor):
    make_post(tags=["tarrifs"])
    rename(editor, "tarrifs", "tariffs")
    assert make_post(tags=["Tarrifs"]).tags.get() == tag("tariffs")
    assert names() == {"tariffs"}


def test_names_of_merges_upon_merges_give_the_last_one():
    merged("a", "b")
    last = merged("b", "c")
    assert Tag.objects.named(["a", "b", "c", "d"]) == [last, tag("d")]
    make_post(tags=["c"])
    assert leads_to("/tag/a/") == leads_to("/tag/b/") == "/tag/c/"


def test_a_tag_merged_while_a_form_is_open_is_not_made_again():
    desk = Desk()
    post = desk.typed(tags="tarrifs, diary")
    merged()
    desk.type("_update", post, tags="tarrifs, diary, pier")
    assert [each.name for each in post.tags.all()] == ["tariffs", "diary", "pier"]
    post.refresh_from_db()
    assert post.lead_tag.name == "tariffs" and "tarrifs" not in names()


def test_a_draft_kept_by_autosave_before_the_merge_makes_nothing_again():
    desk = Desk()
    post = desk.typed("_draft", tags="tarrifs, diary")
    version = Post.objects.get(pk=post.pk).version
    sent = {"title": "Typed on", "tags": "tarrifs, pier", "_tab": "t", "_number": "1"}
    keep = reverse("admin:blog_post_autosave", args=[post.uuid])
    assert desk.client.post(keep, sent | {"_version": version}).status_code == 200
    merged()
    copy = Revision.objects.get(kind=Revision.Kind.WORKING_COPY)
    assert restore(desk, copy).status_code == 302
    assert [each.name for each in post.tags.all()] == ["tariffs", "pier"]
    assert "tarrifs" not in names()


def test_a_revision_from_before_a_merge_and_a_rename_makes_nothing_again(editor):
    desk = Desk(Role.EDITOR)
    post = desk.typed("_draft", tags="tarrifs, diry")
    old = post.revisions.get()
    desk.type("_draft", post, tags="pier")
    merged()
    rename(editor, "diry", "diary")
    restore(desk, old)
    assert [each.name for each in post.tags.all()] == ["tariffs", "diary"]
    assert names() == {"tariffs", "diary", "pier"}


def test_the_preview_shows_the_tag_that_stayed():
    stays, desk = merged(), Desk()
    post = desk.typed("_draft", tags="pier")
    address = reverse("admin:blog_post_preview", args=[post.uuid])
    page = desk.client.post(address, {"title": "x", "body": "y", "tags": "tarrifs", "_draft": "1"})
    assert f'href="{stays.get_absolute_url()}"' in page.content.decode()
    assert "/tag/tarrifs/" not in page.content.decode()


@pytest.mark.parametrize("path", ["/tag/tarrifs/", "/tag/tarrifs/feed/", "/before/", "/?p=7"])
def test_browsers_ask_again_where_a_redirect_leads(editor, path):
    # A merge may be undone, and a tag renamed back: a browser that kept the answer would go on in
    # a circle.
    make_post(tags=["tarrifs"])
    rename(editor, "tarrifs", "tariffs")
    for former in ("/before/", "/?p=7"):
        make_post().old_paths.create(path=former)
    answer = Client().get(path)
    assert answer.status_code == 301
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
