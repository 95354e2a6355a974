"""An essay typed into the admin, without any script."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from blog.cache import versions
from blog.models import Image, Post, Revision, Role, Tag
from tests.desk import AHEAD, ESSAY, Desk, errors, words
from tests.factories import make_post, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk()


# An essay.


def test_an_essay_typed_with_everything_stands_on_its_page(desk):
    post = desk.typed(lead_upload=picture())
    page = unescape(desk.client.get(post.path).content.decode())
    for said in (*("title", "deck", "lead_alt", "lead_caption"), "tags"):
        for part in ESSAY[said].split(", "):
            assert part in page
    assert "<strong>slowly</strong>" in page
    assert (post.author, post.excerpt) == (desk.user, ESSAY["excerpt"])
    assert Image.objects.get().alt == ESSAY["lead_alt"]


def test_it_comes_out_at_once_and_at_the_date_of_now(desk):
    post = desk.typed()
    assert timezone.now() - post.published_at < timedelta(minutes=1)
    assert Client().get(post.path).status_code == 200


def test_a_date_that_was_typed_is_kept_in_the_zone_of_the_site(desk, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    post = desk.typed(published_at_0="2024-03-01", published_at_1="09:30:00")
    assert post.published_at == datetime(2024, 3, 1, 8, 30, tzinfo=UTC)
    assert post.path == "/2024/03/the-sea-took-the-tram/"


def test_a_saved_draft_is_nowhere_public(desk):
    post = desk.typed("_draft")
    assert (post.status, post.path) == ("draft", None)
    assert ESSAY["title"] not in Client().get("/").content.decode()


def test_to_schedule_needs_a_date_to_come_and_keeps_the_text(desk):
    for date in ({}, {"published_at_0": "2020-01-01", "published_at_1": "07:00:00"}):
        answer = desk.type("_schedule", **date)
        assert "published_at" in errors(answer)
        assert ESSAY["body"] in unescape(answer.content.decode())
    assert not Post.objects.exists()


def test_a_scheduled_post_says_when_and_is_not_there_yet(desk):
    post = desk.typed("_schedule", **AHEAD)
    assert post.status_words.startswith("Scheduled: Tue 24 Nov 2099, 07:00 (Europe/London), in ")
    assert Client().get(post.path).status_code == 404


def test_a_contributor_submits_for_review():
    post = Desk(Role.CONTRIBUTOR).typed("_review")
    assert (post.status, post.status_words) == ("review", "Pending review")


def test_an_editor_publishes_what_was_submitted():
    post = Desk(Role.CONTRIBUTOR).typed("_review")
    Desk(Role.EDITOR).type("_publish", post, author=post.author.pk)
    assert Client().get(post.path or Post.objects.get().path).status_code == 200
    assert Post.objects.get().author == post.author


def test_trash_can_be_taken_back_with_the_status_and_the_address(desk):
    post = desk.typed()
    desk.type("_trash", post)
    assert Client().get(post.path).status_code == 410
    assert desk.typed(title=ESSAY["title"]).slug == "the-sea-took-the-tram-2"
    desk.type("_restore", post)
    assert Client().get(post.path).status_code == 200


def test_trash_pressed_twice_is_still_taken_back_to_where_it_was(desk):
    post = desk.typed("_draft")
    for button in ("_trash", "_trash", "_restore"):
        desk.type(button, post)
    post.refresh_from_db()
    assert post.status == "draft"


def test_restore_in_a_page_of_yesterday_takes_nothing_down(desk):
    post = desk.typed()
    desk.type("_restore", post)
    post.refresh_from_db()
    assert post.status == "published"


def test_a_private_post_is_the_authors_alone(desk):
    post = desk.typed()
    desk.type("_private", post)
    assert desk.client.get(post.path).status_code == 200
    assert Client().get(post.path).status_code == 410


@pytest.mark.parametrize("button", ["_publish", "_draft", "_review"])
def test_a_form_sent_without_a_button_keeps_the_status(button):
    editor = Desk(Role.EDITOR)
    writer = Desk(Role.CONTRIBUTOR) if button == "_review" else editor
    post = writer.typed(button)
    editor.type("", post, title="Another title")
    after = Post.objects.get(pk=post.pk)
    assert (after.title, after.status) == ("Another title", post.status)


# The words of the buttons.


def test_buttons_of_a_draft(desk):
    assert words(desk.page()) == ["Save draft", "Publish", "Schedule"]
    post = desk.typed("_draft")
    assert words(desk.page(post)) == ["Save draft", "Publish", "Schedule", "Move to trash"]


def test_buttons_of_a_contributor():
    assert words(Desk(Role.CONTRIBUTOR).page()) == ["Save draft", "Submit for review"]


def test_buttons_of_a_live_post_never_say_save_or_delete(desk):
    found = words(desk.page(desk.typed()))
    assert found[0] == "Update live post"
    assert "Move to trash" in found
    assert not {"Save", "Delete", "Publish", "Save draft"} & set(found)


def test_a_date_that_was_emptied_stays_what_it_was(desk):
    post = desk.typed(published_at_0="2024-03-01", published_at_1="09:30:00")
    for button in ("_update", "_private", "_draft"):
        desk.type(button, post)
        assert Post.objects.get().published_at == post.published_at


# Tags.

FORTY_FIVE = ", ".join(
    ["Zeppelin", "United States of America", "diary", "Élite", "Crime & Punishment", "tarrifs"]
    + [f"Town number {n}" for n in range(39)]
)


def shown_date(post) -> dict:
    local = timezone.localtime(post.published_at)
    return {"published_at_0": f"{local:%Y-%m-%d}", "published_at_1": f"{local:%H:%M:%S}"}


def shown_tags(page) -> str:
    field = re.search(r'<textarea name="tags".*?>(.*?)</textarea>', page.content.decode(), re.S)
    return unescape(field[1]).strip()


def test_a_name_of_several_words_is_one_tag(desk):
    post = desk.typed(tags="United States of America")
    assert list(post.tags.names()) == ["United States of America"]


def test_forty_five_tags_opened_and_saved_again_are_the_same(desk):
    post = desk.typed(tags=FORTY_FIVE)
    for _again in range(2):
        shown = shown_tags(desk.page(post))
        assert shown == FORTY_FIVE
        desk.type("_update", post, tags=shown, **shown_date(post))
    assert (post.tags.count(), Tag.objects.count(), Revision.objects.count()) == (45, 45, 1)


def test_tags_typed_in_another_order_keep_that_order(desk):
    post = desk.typed(tags="one, two, three")
    desk.type("_update", post, tags="three; one\ntwo")
    assert shown_tags(desk.page(post)) == "three, one, two"


def test_a_tag_of_150_letters_is_refused_at_its_field_and_nothing_is_lost(desk):
    answer = desk.type(tags="diary, " + "x" * 150, lead_upload=picture())
    assert "150" in errors(answer)["tags"][0]
    page = unescape(answer.content.decode())
    assert all(ESSAY[name] in page for name in ("title", "deck", "body", "excerpt", "lead_alt"))
    assert "diary, " + "x" * 150 in page
    assert not any(kind.objects.exists() for kind in (Post, Tag, Revision))


@pytest.mark.parametrize("tags", ["Diary, diary, DIARY", "Élite, élite", "Straße, STRASSE"])
def test_names_that_differ_by_case_are_one_tag(desk, tags):
    desk.typed(tags=tags)
    desk.typed(tags=tags.swapcase())
    assert [tag.name for tag in Tag.objects.all()] == [tags.split(", ")[0]]


def test_the_label_is_the_first_tag_typed(desk):
    assert desk.typed(tags="Zeppelin, airship").lead_tag.name == "Zeppelin"


def test_another_label_can_be_chosen_and_stays(desk):
    post = desk.typed(tags="Zeppelin, airship")
    chosen = Tag.objects.get(name="airship")
    for _again in range(2):
        desk.type("_update", post, tags="Zeppelin, airship", lead_tag=" AIRSHIP ")
    post.refresh_from_db()
    assert post.lead_tag == chosen


def test_a_label_that_is_no_tag_of_the_post_any_more_gives_way(desk):
    post = desk.typed(tags="Zeppelin, airship")
    desk.type("_update", post, tags="airship", lead_tag=post.lead_tag.name)
    post.refresh_from_db()
    assert post.lead_tag.name == "airship"


# What is too long.


@pytest.mark.parametrize(("field", "length"), [("title", 300), ("excerpt", 1001), ("deck", 301)])
def test_what_is_too_long_is_refused_at_its_field(desk, field, length):
    assert list(errors(desk.type(**{field: "x" * length}))) == [field]
    assert not Post.objects.exists()


def test_an_excerpt_of_1000_characters_is_kept_whole(desk):
    assert desk.typed(excerpt="x" * 1000).excerpt == "x" * 1000


def slug_error(answer) -> str:
    """The one error of the form, as HTML."""
    assert list(errors(answer)) == ["slug"]
    assert unescape(ESSAY["lead_alt"]) in unescape(answer.content.decode())
    return " ".join(errors(answer)["slug"])


def test_an_address_that_another_post_has_is_refused_with_its_name_and_link(desk):
    post = make_post(slug="taken", title="<b>Tram</b>")
    said = slug_error(desk.type(slug="Taken"))
    assert said.startswith("This web address belongs to")
    assert f'href="{post.path}"' in said and "&lt;b&gt;Tram" in said
    assert f'<a href="{post.path}">' in desk.type(slug="Taken").content.decode()


def test_a_draft_of_others_in_the_way_is_not_named(desk):
    make_post(slug="taken", title="A secret", status="draft")
    said = slug_error(desk.type(slug="taken"))
    assert said == "This web address belongs to another post, which is not public."
    own = desk.typed("_draft", slug="mine", title="My own")
    assert reverse("admin:blog_post_change", args=[own.pk]) in slug_error(desk.type(slug="mine"))


def test_the_former_address_of_another_post_is_refused_with_its_link():
    desk = Desk(Role.EDITOR)
    page = desk.typed(kind="page", slug="about", title="About us")
    desk.type("_update", page, kind="page", slug="us", title="About us")
    assert 'href="/us/"' in slug_error(desk.type(kind="page", slug="about"))
    assert desk.type("_update", page, kind="page", slug="about").status_code == 302


@pytest.mark.parametrize("slug", ["search", "feed", "healthz", "admin", "2024", "comments"])
def test_no_page_takes_an_address_of_the_site(slug):
    said = slug_error(Desk(Role.EDITOR).type(kind="page", slug=slug))
    link = f'<a href="/{slug}/">/{slug}/</a>'
    assert said == f"This web address belongs to the site itself: {link}"


@pytest.mark.parametrize("slug", ["🎉", "", "/"])
def test_the_address_of_a_live_post_is_neither_emptied_nor_made_of_nothing(desk, slug):
    post = desk.typed(slug="tram")
    assert slug_error(desk.type("_update", post, slug=slug))
    post.refresh_from_db()
    assert post.slug == "tram"


def test_an_address_that_is_not_sent_stays(desk):
    post = desk.typed(slug="my-own")
    assert desk.type("_update", post, title="Another title").status_code == 302
    post.refresh_from_db()
    assert post.slug == "my-own"


def test_an_address_that_was_taken_meanwhile_is_refused_at_its_field(desk, monkeypatch):
    prepare = Post.prepare

    def and_another_is_saved(self):
        monkeypatch.setattr(Post, "prepare", prepare)
        make_post(slug="taken")
        prepare(self)

    monkeypatch.setattr(Post, "prepare", and_another_is_saved)
    assert slug_error(desk.type(slug="taken")) == "This web address belongs to another post."
    assert Post.objects.count() == 1


# Revisions.


def test_one_revision_for_each_change(desk):
    post = desk.typed("_draft")
    desk.type("_draft", post)
    desk.type("_draft", post, body="Other words.")
    assert [row.fields["body"] for row in post.revisions.all()] == ["Other words.", ESSAY["body"]]


def test_a_revision_knows_who_when_and_the_tags(desk):
    revision = desk.typed().revisions.get()
    assert (revision.editor, revision.kind) == (desk.user, "publish")
    assert revision.fields["tags"] == ESSAY["tags"].split(", ")


# Pictures.


def huge_png() -> bytes:
    """Says in its first bytes that it is 20,000 by 20,000; nobody should begin to decode it."""
    data = bytearray(picture(kind="PNG").read())
    data[16:24] = (20_000).to_bytes(4, "big") * 2
    return bytes(data)


BAD_PICTURES = {
    "no picture": lambda: b"GIF this is not",
    "a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "empty": lambda: b"",
    "11 MB": lambda: picture().read() + b"\0" * 11 * 1024 * 1024,
    "too many pixels": huge_png,
    "cut off": lambda: picture(size=(400, 300)).read()[:900],
    "cut off PNG": lambda: picture(size=(400, 300), kind="PNG").read()[:300],
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_bad_picture_is_refused_at_its_field(desk, name):
    upload = SimpleUploadedFile("tram.jpg", BAD_PICTURES[name]())
    answer = desk.type(lead_upload=upload)
    assert list(errors(answer)) == ["lead_upload"]
    assert ESSAY["body"] in unescape(answer.content.decode())
    assert not Post.objects.exists()


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken(desk):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn clockwise
    exif.get_ifd(0x8825)[1] = "N"
    desk.typed(lead_upload=picture(exif=exif, comment=b"at home"))
    image = Image.objects.get()
    kept = Pillow.open(image.file)
    assert (image.width, image.height) == kept.size == (30, 40)
    red, _green, blue = kept.getpixel((15, 5))
    assert red > 200 > blue
    assert not kept.getexif() and "comment" not in kept.info


def test_a_cameras_file_of_several_pictures_is_kept_as_its_first(desk):
    second = Pillow.new("RGB", (40, 30), "green")
    upload = picture(kind="MPO", save_all=True, append_images=[second])
    post = desk.typed(lead_upload=upload)
    assert post.lead_image.file.name.endswith(".jpg")
    assert Pillow.open(post.lead_image.file).format == "JPEG"


def test_an_animation_keeps_its_frames(desk):
    out = BytesIO()
    frames = [Pillow.new("RGB", (8, 8), name) for name in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    post = desk.typed(lead_upload=SimpleUploadedFile("a.gif", out.getvalue()))
    assert Pillow.open(post.lead_image.file).n_frames == 2


def test_a_file_is_named_by_what_it_is_and_not_by_what_it_says(desk):
    post = desk.typed(lead_upload=picture("../../shell.php"))
    assert re.fullmatch(r"\d{4}/\d{2}/[0-9a-f]{20}\.jpg", post.lead_image.file.name)


def test_the_same_picture_twice_is_kept_once(desk):
    first, second = (desk.typed(lead_upload=picture()) for _ in range(2))
    assert first.lead_image == second.lead_image


def test_an_error_beside_a_good_picture_writes_no_post():
    answer = Desk(Role.EDITOR).type(lead_upload=picture(), co_authors="999999")
    assert list(errors(answer)) == ["co_authors"]
    assert not Post.objects.exists()


def test_the_page_of_pictures_refuses_and_cleans_like_the_essay():
    client, page = Desk(Role.EDITOR).client, reverse("admin:blog_image_add")
    focus = {"focal_x": "50", "focal_y": "50"}
    bad = client.post(page, focus | {"file": SimpleUploadedFile("a.jpg", b"no")})
    assert list(errors(bad)) == ["file"]
    assert client.post(page, focus | {"file": picture()}).status_code == 302
    assert len(Image.objects.get().sha256) == 64


# What readers' kept pages notice.


def test_a_draft_makes_no_kept_page_stale_and_a_publication_does(desk):
    before = versions.read("site")
    post = desk.typed("_draft", tags="")
    assert versions.read("site") == before
    desk.type("_publish", post, tags="")
    assert versions.read("site") != before


@pytest.mark.parametrize("row", ["tag", "oldpath", "image"])
def test_what_an_editor_deletes_makes_the_kept_pages_stale(row):
    editor, post = Desk(Role.EDITOR), make_post(tags=["diary"])
    rows = {
        "tag": lambda: post.tags.get(),
        "oldpath": lambda: post.old_paths.create(path="/before/"),
        "image": lambda: Image.objects.create(file=picture(), sha256="0"),
    }
    doomed, before = rows[row](), versions.read("site")
    page = reverse(f"admin:blog_{row}_delete", args=[doomed.pk])
    editor.client.post(page, {"post": "yes", "to": "tags"})
    assert not type(doomed).objects.exists()
    assert versions.read("site") != before
