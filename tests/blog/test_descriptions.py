"""A lead picture without a description: asked about, decorative, or published all the same."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import Image, Post, Revision, Role
from tests.blog.test_paste import PASTED, hidden
from tests.blog.test_renditions import keep
from tests.desk import AHEAD, Desk, errors, words
from tests.factories import make_post, picture

pytestmark = pytest.mark.django_db
SAID = "The lead picture has no description."
RECORD = "Published anyway: The lead picture has no description"


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def fields():
    return {"lead_image": keep().pk, "lead_alt": ""}


def records() -> str:
    return "\n".join(Revision.objects.values_list("note", flat=True))


def test_the_question_stands_at_the_field_with_a_button_of_its_own(desk, fields):
    asked = desk.type(**fields)
    assert list(errors(asked)) == ["lead_alt"]
    assert SAID in asked.content.decode()
    assert words(asked).count("Publish anyway") == 1
    assert not Post.objects.exists()


def test_published_anyway_it_is_recorded(desk, fields):
    asked = desk.type(**fields)
    assert desk.type("_anyway", **fields, **hidden(asked)).status_code == 302
    post = Post.objects.get()
    assert post.status == "published" and post.lead_image
    assert RECORD in records()
    history = desk.client.get(reverse("admin:blog_post_history", args=[post.pk]))
    assert RECORD in history.content.decode()


def test_a_decorative_picture_has_no_words_and_no_question():
    desk, image = Desk(), keep()
    Image.objects.update(alt="Leaves")
    post = desk.typed(lead_image=image.pk, lead_alt="Leaves", lead_decorative="on")
    page = Client().get(post.path).content.decode()
    assert 'alt=""' in page and 'alt="Leaves"' not in page
    assert RECORD not in records()
    assert post.revisions.get().fields["lead_decorative"] is True


def test_the_words_of_the_library_are_enough(desk, fields):
    Image.objects.update(alt="A tram")
    assert desk.typed(**fields).status == "published"


def test_nothing_is_asked_of_a_draft_or_without_a_picture(desk, fields):
    assert desk.typed("_draft", **fields).status == "draft"
    assert desk.typed(lead_alt="").status == "published"


@pytest.mark.parametrize("button", ["_publish", "_schedule"])
def test_what_goes_out_is_asked_about(desk, fields, button):
    draft = desk.typed("_draft", **fields)
    assert list(errors(desk.type(button, draft, **fields, **AHEAD))) == ["lead_alt"]


def test_a_live_post_is_asked_about_once_its_picture_changes(desk, fields):
    post = desk.typed(lead_alt="")
    asked = desk.type("_update", post, **fields)
    assert list(errors(asked)) == ["lead_alt"]
    assert desk.type("_anyway", post, **fields, **hidden(asked)).status_code == 302
    assert desk.type("_update", post, **fields, title="Another").status_code == 302
    assert records().count(RECORD) == 1


def test_both_questions_are_answered_one_after_the_other(desk, fields):
    fields |= {"body": PASTED, "title": "Mine"}
    asked = desk.type(**fields)
    assert list(errors(asked)) == ["body", "lead_alt"]
    assert {"Unwrap lines", "Keep as is", "Publish anyway"} <= set(words(asked))
    asked = desk.type("_keep", **fields, **hidden(asked))
    assert list(errors(asked)) == ["lead_alt"]
    assert desk.type("_anyway", **fields, **hidden(asked)).status_code == 302
    assert Post.objects.get().body == PASTED


def test_published_anyway_with_the_lines_still_open(desk, fields):
    fields |= {"body": PASTED, "title": "Mine"}
    asked = desk.type("_anyway", **fields, **hidden(desk.type(**fields)))
    assert list(errors(asked)) == ["body"]
    assert desk.type("_keep", **fields, **hidden(asked)).status_code == 302
    assert RECORD in records()


def test_an_answer_gives_nobody_a_right(fields):
    answer = Desk(Role.CONTRIBUTOR).type("_anyway", **fields, _pressed="_publish")
    assert errors(answer)["__all__"] == ["This cannot be done with the post as it is now."]
    assert not Post.objects.exists()


@pytest.mark.parametrize(("length", "hinted"), [(249, False), (250, True), (387, True)])
def test_from_250_characters_on_a_caption_is_proposed(desk, fields, length, hinted):
    fields |= {"lead_alt": "x" * length, "lead_caption": ""}
    page = desk.page(desk.typed(**fields)).content.decode()
    assert (f"{length} characters: consider a caption" in page) == hinted


def test_a_picture_sent_with_an_error_stays_chosen(desk):
    refused = desk.type(title="x" * 300, lead_upload=picture())
    assert list(errors(refused)) == ["title"]
    form = refused.context["adminform"].form
    post = desk.typed(lead_image=form["lead_image"].value())
    assert post.lead_image == Image.objects.get()


def test_cards_say_what_the_page_says():
    image = keep()
    Image.objects.update(alt="Leaves")
    make_post(lead_image=image)
    make_post(lead_image=image, lead_decorative=True)
    make_post(lead_image=image, lead_alt="A tram")
    home = Client().get("/").content.decode()
    assert [home.count(f'alt="{alt}"') for alt in ("Leaves", "A tram", "")] == [1, 1, 1]
