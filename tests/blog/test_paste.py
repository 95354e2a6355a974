"""A text whose lines were broken by hand, pasted into the admin: unwrapped, or kept as it is."""

import re
from html import unescape

import pytest

from blog.models import Image, Post, Revision, Role
from tests.desk import AHEAD, ESSAY, Desk, errors, words
from tests.essays import TITLE, WRAPPED, letters
from tests.factories import picture

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PASTED = WRAPPED.replace("\n", "\r\n")  # as browsers send it
SAID = "The lines of this text are broken by hand."


@pytest.fixture
def desk(db):
    return Desk()


def hidden(answer) -> dict:
    found = re.findall(r'<input type="hidden" name="(_\w+)" value="(\w*)"', answer.content.decode())
    return dict(found)


def paste(desk, button="_publish", say="_unwrap", post=None, **fields):
    """Presses the button, and then the answer on the page that comes back."""
    fields = {"title": "", "body": PASTED} | fields
    asked = desk.type(button, post, **fields)
    assert SAID in errors(asked)["body"]
    return desk.type(say, post, **fields, **hidden(asked))


# The question.


def test_the_question_stands_at_the_field_with_two_buttons(desk):
    asked = desk.type(body=PASTED, title="")
    assert asked.status_code == 200
    assert list(errors(asked)) == ["body"]
    assert SAID in asked.content.decode()
    assert words(asked)[-2:] == ["Unwrap lines", "Keep as is"]


def test_the_question_keeps_all_that_was_typed_and_writes_nothing(desk):
    asked = desk.type(body=PASTED, lead_upload=picture())
    page = unescape(asked.content.decode())
    assert all(part in page for name in ESSAY.keys() - {"body", "tags"} for part in [ESSAY[name]])
    assert ESSAY["tags"] in page and PASTED in page
    assert not any(kind.objects.exists() for kind in (Post, Revision))


def test_a_picture_that_the_browser_forgets_stays_chosen(desk):
    asked = desk.type(body=PASTED, lead_upload=picture())
    form = asked.context["adminform"].form
    assert list(form.errors) == ["body"]
    assert form["lead_image"].value() == Image.objects.get().pk


def test_no_question_and_no_buttons_for_other_texts(desk):
    assert "Unwrap lines" not in words(desk.page())
    assert desk.typed().body == ESSAY["body"]


def test_a_title_that_nobody_gave_is_still_asked_for(desk):
    untitled = PASTED.partition("\r\n\r\n")[2]
    assert list(errors(desk.type(body=untitled, title=""))) == ["title", "body"]


def test_the_question_comes_beside_other_faults(desk):
    asked = desk.type("_schedule", body=PASTED, tags="x" * 150)
    assert set(errors(asked)) == {"body", "tags", "published_at"}


# Unwrap lines.


def test_eleven_blocks_become_one_title_and_ten_paragraphs(desk):
    assert paste(desk).status_code == 302
    post = Post.objects.get()
    assert (post.title, post.status) == (TITLE, "published")
    assert len(post.body.split("\n\n")) == 10
    assert re.findall(r"<(\w+)", post.body_html) == ["p"] * 10


def test_no_character_of_the_pasted_text_gets_lost(desk):
    paste(desk)
    post = Post.objects.get()
    assert letters(post.title + post.body_text) == letters(WRAPPED)


def test_readers_see_no_code_and_no_emphasis(desk):
    paste(desk)
    page = desk.client.get(Post.objects.get().path).content.decode()
    assert (
        TITLE in page and "twenty-six" in page and " -- though" in page and "HIGH* season" in page
    )
    assert "<pre" not in page and "<em>" not in page


@pytest.mark.parametrize(("typed", "heading"), [("Another", f"## {TITLE}\n\n"), (TITLE, "")])
def test_a_title_that_was_typed_stays(desk, typed, heading):
    paste(desk, title=typed)
    post = Post.objects.get()
    assert post.title == typed
    assert post.body.startswith(f"{heading}My grandmother")


def test_a_byline_under_the_title_is_a_paragraph(desk):
    paste(desk, body=PASTED.replace(TITLE, f"{TITLE}\r\n\r\n{' ' * 32}by a grandchild"))
    post = Post.objects.get()
    assert (post.title, post.body.split("\n\n")[0]) == (TITLE, "by a grandchild")


def test_a_fault_beside_the_answer_shows_the_unwrapped_text(desk):
    answer = paste(desk, tags="x" * 150)
    assert list(errors(answer)) == ["tags"]
    assert "HIGH\\* season and a low one, and the fares for both" in answer.content.decode()
    assert not Post.objects.exists()


# Keep as is.


def test_kept_as_it_is_the_text_is_what_was_typed(desk):
    assert paste(desk, say="_keep", title="Mine").status_code == 302
    post = Post.objects.get()
    assert (post.title, post.body, post.status) == ("Mine", PASTED, "published")


def test_a_text_that_was_kept_is_not_asked_about_again(desk):
    paste(desk, say="_keep", title="Mine")
    post = Post.objects.get()
    assert desk.type("_update", post, title="Yours", body=PASTED).status_code == 302
    assert SAID in errors(desk.type("_update", post, body=f"{PASTED}\r\n\r\nMore."))["body"]


def test_kept_without_a_title_it_is_asked_for(desk):
    assert list(errors(paste(desk, say="_keep"))) == ["title"]


# The button that was pressed first.


@pytest.mark.parametrize("say", ["_unwrap", "_keep"])
@pytest.mark.parametrize(
    ("button", "status"), [("_draft", "draft"), ("_publish", "published"), ("", "draft")]
)
def test_the_answer_goes_on_with_the_button_pressed_before(desk, say, button, status):
    assert paste(desk, button, say, title="Mine").status_code == 302
    assert Post.objects.get().status == status


def test_a_scheduled_text_stays_scheduled(desk):
    paste(desk, "_schedule", **AHEAD)
    assert Post.objects.get().status_words.startswith("Scheduled")


def test_a_live_post_is_updated(desk):
    post = desk.typed()
    paste(desk, "_update", post=post, title=ESSAY["title"])
    post.refresh_from_db()
    assert post.status == "published" and "My grandmother" in post.body


def test_what_goes_to_the_trash_is_not_asked_about(desk):
    post = desk.typed()
    assert desk.type("_trash", post, body=PASTED).status_code == 302


def test_an_answer_gives_nobody_a_right():
    desk = Desk(Role.CONTRIBUTOR)
    answer = desk.type("_unwrap", body=PASTED, _pressed="_publish")
    assert errors(answer)["__all__"] == ["This cannot be done with the post as it is now."]
    assert not Post.objects.exists()


@pytest.mark.parametrize("pressed", ["", "delete", "_unwrap"])
def test_a_made_up_button_changes_no_status(desk, pressed):
    assert desk.type("_unwrap", body=PASTED, _pressed=pressed).status_code == 302
    assert Post.objects.get().status == "draft"
