"""A post is seen before it is saved, and by a link before it is published."""

import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.cache import versions
from blog.models import Image, Post, Revision, Role, Tag
from blog.text import markup
from tests.desk import ESSAY, Desk
from tests.factories import make_comment, make_post, make_user, picture
from tests.pages import hidden_fields, html, tags, words

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"
BANNER = "Preview. Nobody but you sees this; nothing is saved."
DRAFT = "Draft. Not published yet."


@pytest.fixture
def desk(db):
    return Desk()


def preview(desk, post=None, key=None, **fields):
    """As the button in the form sends it."""
    fields = ESSAY | {"_preview": "1"} | fields
    if desk.user.has_role(Role.EDITOR):
        fields = {"author": desk.user.pk, "kind": "post"} | fields
    if post:
        fields["_version"] = post.version
    key = key or (post.uuid if post else uuid4())
    return desk.client.post(preview_address(key), fields)


def preview_address(key) -> str:
    return reverse("admin:blog_post_preview", args=[key])


def link_page(post) -> str:
    return reverse("admin:blog_post_preview_link", args=[post.uuid])


def make_link(desk, post) -> str:
    """The address that the page shows, without the site's own."""
    answer = desk.client.post(link_page(post), {"_make": "1"})
    assert answer.status_code == 200
    return re.search(r'value="http://[^/"]+(/preview/[^"]+)"', html(answer))[1]


# The button.


def test_the_form_has_the_button_and_it_opens_another_tab(desk):
    page = desk.page()
    button = next(tag for tag in tags(page, "button") if tag.get("name") == "_preview")
    assert button["type"] == "submit" and button["formtarget"] == "_blank"
    assert desk.client.post(button["formaction"], ESSAY).status_code == 200


def test_a_new_post_is_shown_whole_and_nothing_is_saved(desk):
    page = preview(desk)
    seen = words(page)
    for said in ("title", "deck"):
        assert ESSAY[said] in seen
    for said in (BANNER, "Trams", "United States of America", "diary", str(desk.user)):
        assert said in seen
    assert "<strong>slowly</strong>" in html(page)
    assert not Post.objects.exists() and not Tag.objects.exists()
    assert not Revision.objects.exists()


def test_it_is_the_page_that_publication_then_makes(desk):
    def article(page):
        # The label in both, the share links only where there is an address.
        found = re.search(r'<article class="post">.*</article>', html(page), re.DOTALL)[0]
        without_share = re.sub(r'<section class="share".*?</section>', "", found, flags=re.DOTALL)
        return "".join(without_share.split())

    typed = {"published_at_0": "2024-03-01", "published_at_1": "07:30:00"}
    key = uuid4()
    page = preview(desk, key=key, **typed)
    post = desk.typed(_uuid=str(key), **typed)
    assert article(page) == article(Client().get(post.path))


@pytest.mark.parametrize("status", ["draft", "review", "published", "private", "trash"])
def test_a_post_is_shown_as_typed_and_stays_as_saved(status):
    desk = Desk(Role.EDITOR)
    post = make_post(status=status, title="Saved", tags=["Saved"])
    before = Post.objects.filter(pk=post.pk).values().get()
    edition = versions.read(versions.SITE, versions.of_post(post.pk))
    seen = words(preview(desk, post, title="Typed", tags="Typed"))
    assert "Typed" in seen and "Saved" not in seen.partition("Latest Posts")[0]
    assert Post.objects.filter(pk=post.pk).values().get() == before
    assert [tag.name for tag in post.tags.all()] == ["Saved"]
    assert versions.read(versions.SITE, versions.of_post(post.pk)) == edition
    assert not post.revisions.exists()


def test_it_wants_no_version_and_disturbs_no_one_who_saved_meanwhile(desk):
    post = make_post(author=desk.user, status="draft")
    page = preview(desk, post, _version="1", title="Typed from an old page")
    assert page.status_code == 200 and "Typed from an old page" in words(page)


def test_it_makes_no_statement_that_writes(desk, django_assert_max_num_queries):
    post = make_post(author=desk.user, status="draft")
    with django_assert_max_num_queries(45) as asked:
        preview(desk, post, tags="New, Newer")
    written = [row["sql"] for row in asked if re.match("INSERT|UPDATE|DELETE", row["sql"])]
    assert written == []


def test_it_is_kept_by_nobody_and_found_by_no_search_engine(desk):
    page = preview(desk)
    assert {"private", "no-store"} <= set(page["Cache-Control"].split(", "))
    assert page["X-Robots-Tag"] == "noindex"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    robots = [tag["content"] for tag in tags(page, "meta") if tag.get("name") == "robots"]
    assert robots == ["noindex"]
    assert not [tag for tag in tags(page, "link") if tag.get("rel") == "canonical"]


def forms_that_post(page) -> list:
    return [form for form in tags(page, "form") if form.get("method") == "post"]


def test_it_has_neither_comments_nor_their_form(desk):
    post = make_post(author=desk.user)
    make_comment(post, status="approved", body="I was on it.")
    page = preview(desk, post)
    assert "I was on it." not in words(page)
    assert not forms_that_post(page)


def test_a_post_without_a_title_is_shown_and_says_what_is_missing(desk):
    page = preview(desk, title="", body="Only this.")
    assert page.status_code == 200
    assert "Untitled" in words(page) and "Only this." in words(page)
    assert "Title: This field is required." in words(page)


def test_what_has_an_error_is_shown_as_typed_below_a_line_that_says_so(desk):
    page = preview(desk, title="Long " * 1000, published_at_0="never")
    assert "Long Long Long" in words(page).partition("Ensure this value")[2]
    assert "Ensure this value has at most 255 characters" in words(page)


def test_no_question_is_asked_and_broken_lines_are_shown(desk):
    lines = "\n".join(["It was seen from the bridge, and nobody got in that night."] * 8)
    image = Image.objects.create(file=picture(), sha256="0")
    page = preview(desk, body=lines, lead_image=image.pk, lead_alt="")
    assert "It was seen from the bridge" in words(page)
    assert "broken by hand" not in words(page) and "no description" not in words(page)


def test_pictures_are_shown_at_the_top_and_in_the_text(desk):
    lead = Image.objects.create(file=picture(), sha256="0")
    inside = Image.objects.create(file=picture(), sha256="1", alt="The pier.")
    page = preview(desk, lead_image=lead.pk, body=f"![]({inside.file.url})")
    shown = {tag["src"]: tag["alt"] for tag in tags(page, "img")}
    assert shown == {lead.file.url: ESSAY["lead_alt"], inside.file.url: "The pier."}


def test_a_picture_just_chosen_is_not_shown_and_said_so(desk):
    page = preview(desk, lead_upload=picture())
    assert "The picture that you have just chosen appears once it is saved." in words(page)
    assert not Image.objects.exists() and not tags(page, "img")


def test_co_authors_and_the_label_are_those_of_the_form(desk):
    desk, other = Desk(Role.EDITOR), make_user(Role.AUTHOR, display_name="Bo Second")
    label = Tag.objects.named(["Harbour"])[0]
    page = preview(desk, co_authors=[other.pk], tags="Trams, Harbour", lead_tag=label.name)
    assert "Bo Second" in words(page)
    assert re.search(r'<p class="label"><a [^>]*>Harbour</a>', html(page))
    page = preview(desk, tags="Trams, Harbour")
    assert re.search(r'<p class="label"><a [^>]*>Trams</a>', html(page))


def test_a_page_is_shown_as_a_page():
    desk = Desk(Role.EDITOR)
    page = preview(desk, kind="page")
    assert BANNER in words(page) and "byline" not in html(page)


def test_markup_typed_is_as_harmless_as_on_the_page(desk):
    page = preview(desk, title="<script>1</script>", body="<script>alert(1)</script>", tags="<b>")
    assert "<script>" not in html(page) and "<b>" not in html(page)


def test_the_address_of_a_preview_opened_again_leads_to_the_form(desk):
    post = make_post(author=desk.user, status="draft")
    address = preview_address(post.uuid)
    answer = desk.client.get(address)
    assert answer["Location"] == reverse("admin:blog_post_change", args=[post.pk])
    answer = desk.client.get(preview_address(uuid4()))
    assert answer["Location"] == reverse("admin:blog_post_add")


@pytest.mark.numbers
def test_a_preview_of_36000_words_takes_little_longer_than_rendering_them(desk):
    body = "\n\n".join("The sea took *the tram*, and nobody asked. " * 11 for _ in range(400))

    def seconds(task) -> float:
        begun = time.perf_counter()
        task()
        return time.perf_counter() - begun

    tasks = (lambda: preview(desk, body=body)), (lambda: markup.render(body, "p-"))
    whole, rendering = (min(seconds(task) for _ in range(3)) for task in tasks)
    assert whole < 1.6 * rendering


# Who may.


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.EDITOR, Role.ADMINISTRATOR])
def test_who_writes_sees_a_new_post_and_an_own_one(role):
    desk = Desk(role)
    assert preview(desk).status_code == 200
    assert preview(desk, make_post(author=desk.user, status="draft")).status_code == 200


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_nobody_else_gets_a_preview_or_a_link_of_the_post_of_another(role):
    desk, post = Desk(role), make_post(status="draft", title="Hushed")
    address = make_link(Desk(Role.EDITOR), post)
    for answer in (
        preview(desk, post),
        desk.client.get(link_page(post)),
        desk.client.post(link_page(post), {"_make": "1"}),
        desk.client.post(link_page(post), {"_revoke": "1"}),
    ):
        assert answer.status_code == 404 and "Hushed" not in html(answer)
    assert Client().get(address).status_code == 200


def test_a_moderator_and_a_reader_preview_nothing_new():
    assert preview(Desk(Role.MODERATOR)).status_code == 403
    assert preview(Desk(None)).status_code == 403


def test_somebody_signed_out_signs_in_and_has_the_preview():
    person, client, address = make_user(Role.AUTHOR), Client(), preview_address(uuid4())
    asked = client.post(address, ESSAY | {"_preview": "1"})
    assert asked.status_code == 403 and BANNER not in words(asked)
    signing_in = {"_again-username": person.username, "_again-password": PASSWORD, "_again": "1"}
    page = client.post(address, hidden_fields(asked) | ESSAY | signing_in)
    assert page.status_code == 200
    assert BANNER in words(page) and ESSAY["title"] in words(page)


def test_nobody_signed_out_makes_a_link():
    post = make_post(status="draft")
    assert "/login/" in Client().post(link_page(post), {"_make": "1"})["Location"]
    assert Post.objects.get().preview_hash == ""


def test_no_other_site_can_have_a_preview_made(desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.user)
    address = preview_address(uuid4())
    assert client.post(address, ESSAY).status_code == 403


def test_a_co_author_makes_a_link_and_a_contributor_for_an_own_draft(desk):
    post = make_post(status="draft")
    post.bylines.create(user=desk.user)
    assert make_link(desk, post)
    desk = Desk(Role.CONTRIBUTOR)
    assert make_link(desk, make_post(author=desk.user, status="draft"))


def test_a_contributor_makes_no_link_for_a_post_that_an_editor_scheduled():
    desk = Desk(Role.CONTRIBUTOR)
    post = make_post(author=desk.user, days_ago=-1)
    assert desk.client.post(link_page(post), {"_make": "1"}).status_code == 403


# The link.


def test_a_stranger_reads_the_saved_draft_by_the_link(desk):
    post = make_post(author=desk.user, status="draft", title="Not yet", tags=["Trams"])
    stranger = Client()
    page = stranger.get(make_link(desk, post))
    assert page.status_code == 200
    for said in (DRAFT, "Not yet", "Nobody got in.", "Trams", str(desk.user)):
        assert said in words(page)
    assert "/admin/" not in html(page) and not forms_that_post(page)
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not stranger.cookies


def test_it_shows_what_was_saved_last_and_no_working_copy(desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    desk.type("_draft", post, title="Saved since")
    Revision.objects.create(
        post=post, editor=desk.user, kind="working copy", fields=ESSAY | {"title": "Only typed"}
    )
    seen = words(Client().get(address))
    assert "Saved since" in seen and "Only typed" not in seen


def test_a_draft_without_a_word_is_shown(desk):
    post = make_post(author=desk.user, status="draft", title="", body="")
    assert "Untitled" in words(Client().get(make_link(desk, post)))


def test_the_post_keeps_the_hash_alone_and_changes_in_nothing_else(desk):
    post = make_post(author=desk.user, status="draft")
    before = Post.objects.filter(pk=post.pk).values().get()
    edition = versions.read(versions.SITE, versions.of_post(post.pk))
    address = make_link(desk, post)
    after = Post.objects.filter(pk=post.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"preview_hash", "preview_expires_at"}
    assert len(after["preview_hash"]) == 64 and after["preview_hash"] not in address
    left = after["preview_expires_at"] - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
    assert versions.read(versions.SITE, versions.of_post(post.pk)) == edition


def test_it_is_shown_once(desk):
    post = make_post(author=desk.user, status="draft")
    secret = make_link(desk, post).rpartition("/preview/")[2][37:]
    again = desk.client.get(link_page(post))
    assert "There is a link; it works until" in words(again)
    assert secret not in html(again)
    assert secret not in html(desk.page(post))
    assert "There is a link; it works until" in words(desk.page(post))


def test_a_new_link_replaces_the_one_before(desk):
    post = make_post(author=desk.user, status="draft")
    first, second = make_link(desk, post), make_link(desk, post)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_a_revoked_link_is_not_found(desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    answer = desk.client.post(link_page(post), {"_revoke": "1"})
    assert "The link is revoked." in words(answer)
    assert Client().get(address).status_code == 404


def test_after_fourteen_days_it_is_not_found(desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    Post.objects.update(preview_expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(address).status_code == 404
    assert "There is a link" not in words(desk.page(post))


@pytest.mark.parametrize("status", ["private", "trash"])
def test_it_is_not_found_for_a_post_in(status, desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    Post.objects.update(status=status)
    assert Client().get(address).status_code == 404
    assert "Preview link" not in words(desk.page(post))


def test_it_is_not_found_for_a_post_that_expired(desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    past = timezone.now() - timedelta(days=2)
    Post.objects.update(status="published", path="/2024/01/x/", published_at=past, expires_at=past)
    assert Client().get(address).status_code == 404


def test_once_published_it_is_one_redirect_to_the_post(desk):
    post = make_post(author=desk.user, status="draft")
    address = make_link(desk, post)
    desk.type("_publish", post)
    post.refresh_from_db()
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"]) == (301, post.path)
    assert answer["Cache-Control"] == "private, no-store"
    assert Client().get(post.path).status_code == 200


def test_a_scheduled_post_is_shown_until_its_time(desk):
    post = make_post(author=desk.user, days_ago=-1)
    address = make_link(desk, post)
    assert DRAFT in words(Client().get(address))
    Post.objects.update(published_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(address).status_code == 301


def test_the_link_of_one_post_never_opens_another(desk):
    first, second = (make_post(author=desk.user, status="draft") for _ in range(2))
    addresses = [make_link(desk, post) for post in (first, second)]
    crossed = addresses[0].replace(str(first.uuid), str(second.uuid))
    assert Client().get(crossed).status_code == 404


@pytest.mark.parametrize("secret", ["x", "-", "é", "%00", "a" * 5000])
def test_a_guess_is_not_found(desk, secret):
    post = make_post(author=desk.user, status="draft")
    assert Client().get(f"/preview/{post.uuid}-{secret}/").status_code == 404
    assert Client().get(f"/preview/{uuid4()}-{secret}/").status_code == 404
    assert Client().get(f"/preview/{secret}/").status_code == 404


def test_a_post_that_readers_see_gets_no_link(desk):
    post = make_post(author=desk.user)
    answer = desk.client.post(link_page(post), {"_make": "1"})
    assert "Only a post that is still to be published has a preview link." in words(answer)
    assert Post.objects.get().preview_hash == ""


def test_no_page_takes_its_place():
    desk = Desk(Role.EDITOR)
    answer = desk.type("_publish", kind="page", slug="preview")
    assert "slug" in answer.context["adminform"].form.errors
