"""Two people, or one twice, at the form of the same post: nobody's words are lost."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from blog import transactions
from blog.admin import post_page, post_saving
from blog.models import Post, Revision, Role
from blog.text import markup
from tests.desk import ADD, ESSAY, Desk, errors
from tests.factories import make_post, picture

pytestmark = pytest.mark.django_db
BODY = "The first paragraph.\n\nThe second one.\n\nThe third one."


@pytest.fixture
def ana():
    return Desk(Role.EDITOR)


@pytest.fixture
def bo():
    return Desk(Role.EDITOR)


def open_form(desk, post=None) -> dict:
    """What the browser of this person sends back if nothing is typed."""
    return shown(desk.page(post))


def shown(page) -> dict:
    """The fields of the form on the page, as a browser sends them."""
    html = page.content.decode()
    html = html[html.index("<form method=") :]
    found = {}
    for tag in re.findall(r"<input [^>]*>", html):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = about.get("type") in ("checkbox", "radio") and " checked" not in tag
        if "name" in about and about.get("type") not in ("submit", "file") and not is_off:
            unsaid = "on" if about.get("type") == "checkbox" else ""
            found[about["name"]] = unescape(about.get("value", unsaid))
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S):
        found[name] = unescape(value)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def send(desk, post, fields: dict, button: str, **typed):
    address = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse(ADD)
    return desk.client.post(address, fields | typed | {button: "1"})


def fresh(post) -> Post:
    return Post.objects.get(pk=post.pk)


def test_a_draft_that_was_published_meanwhile_stays_published(ana, bo):
    post = make_post(status="draft", body=BODY)
    form = open_form(ana, post)
    send(bo, post, open_form(bo, post), "_publish")
    answer = send(ana, post, form, "_draft", body="What Ana wrote.")
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert f"{bo.user} published this post at" in page
    assert "Nothing of yours was lost or written." in page
    assert "What Ana wrote." in page and "The second one." in page
    assert (fresh(post).status, fresh(post).body) == ("published", BODY)


def test_a_draft_in_the_trash_is_not_published_from_an_old_page(ana, bo):
    post = make_post(status="draft", body=BODY)
    form = open_form(ana, post)
    send(bo, post, open_form(bo, post), "_trash")
    answer = send(ana, post, form, "_publish", body="What Ana wrote.")
    assert answer.status_code == 409
    assert f"{bo.user} moved this post to the trash at" in unescape(answer.content.decode())
    assert fresh(post).status == "trash"


@pytest.mark.parametrize("verb", ["publish", "hide", "take_down", "submit", "restore"])
def test_whatever_leaves_the_trash_forgets_the_trash(verb):
    post = make_post()
    post.to_trash(timezone.now())
    getattr(post, verb)(timezone.now())
    post.save()
    assert (fresh(post).trashed_at, fresh(post).status_before_trash) == (None, "")


def test_the_second_of_two_updates_sees_both_texts(ana, bo):
    post = make_post(body=BODY)
    forms = [open_form(desk, post) for desk in (ana, bo)]
    assert send(bo, post, forms[1], "_update", body="Bo's.").status_code == 302
    answer = send(ana, post, forms[0], "_update", body="Ana's.")
    page = unescape(answer.content.decode())
    assert (answer.status_code, fresh(post).body) == (409, "Bo's.")
    assert "Bo's." in page and "Ana's." in page


def conflict(ana, bo, theirs: str, mine: str, button="_update"):
    post = make_post(body=BODY)
    form = open_form(ana, post)
    assert send(bo, post, open_form(bo, post), "_update", body=theirs).status_code == 302
    answer = send(ana, post, form, button, body=mine)
    assert answer.status_code == 409
    return post, shown(answer)


def test_keep_mine_saves_it_over_theirs_which_is_a_revision(ana, bo):
    post, form = conflict(ana, bo, "Bo's.", "Ana's.")
    assert send(ana, post, form, "_update").status_code == 302
    assert fresh(post).body == "Ana's."
    assert [row.fields["body"] for row in post.revisions.all()] == ["Ana's.", "Bo's."]


def test_keep_theirs_puts_mine_into_the_revisions(ana, bo):
    post, form = conflict(ana, bo, "Bo's.", "Ana's.")
    assert send(ana, post, form, "_theirs").status_code == 302
    assert fresh(post).body == "Bo's."
    assert post.revisions.get(kind="aside").fields["body"] == "Ana's."
    assert not post.revisions.filter(kind="working copy").exists()


def test_different_paragraphs_fit_together(ana, bo):
    theirs, mine = BODY.replace("first", "1st"), BODY.replace("third", "3rd")
    post = make_post(body=BODY)
    Revision.record(post, by=post.author, kind="publish")
    form = open_form(ana, post)
    send(bo, post, open_form(bo, post), "_update", body=theirs)
    answer = send(ana, post, form, "_update", body=mine)
    assert "everything fits together" in answer.content.decode()
    merged = send(ana, post, shown(answer), "_merge")
    assert merged.status_code == 200 and fresh(post).body == theirs
    both = "The 1st paragraph.\n\nThe second one.\n\nThe 3rd one."
    assert shown(merged)["body"].replace("\r\n", "\n") == both
    assert send(ana, post, shown(merged), "_update").status_code == 302
    assert fresh(post).body.replace("\r\n", "\n") == both


def test_a_third_save_while_the_two_texts_are_read_is_a_conflict_again(ana, bo):
    post, form = conflict(ana, bo, "Bo's.", "Ana's.")
    assert send(bo, post, open_form(bo, post), "_update", body="Bo's again.").status_code == 302
    assert send(ana, post, form, "_update").status_code == 409
    assert fresh(post).body == "Bo's again."


def test_a_text_that_lost_is_kept_even_if_the_page_is_closed(ana, bo):
    post, _form = conflict(ana, bo, "Bo's.", "Ana's.")
    kept = post.revisions.get(kind="working copy")
    assert (kept.editor, kept.fields["body"]) == (ana.user, "Ana's.")


def test_a_picture_that_was_chosen_is_asked_for_again(ana, bo):
    post = make_post(body=BODY)
    form = open_form(ana, post)
    send(bo, post, open_form(bo, post), "_update", body="Bo's.")
    answer = send(ana, post, form, "_update", body="Ana's.", lead_upload=picture())
    assert "has to be chosen again" in answer.content.decode()


def test_a_post_that_is_not_there_any_more_gives_the_text_back(ana):
    post = make_post(status="draft")
    form = open_form(ana, post)
    Post.objects.filter(pk=post.pk).delete()
    answer = send(ana, post, form, "_draft", body="What Ana wrote.")
    assert answer.status_code == 404 and "What Ana wrote." in answer.content.decode()


# The same form sent twice.


@pytest.mark.parametrize("button", ["_publish", "_draft"])
def test_the_form_of_a_new_post_sent_twice_is_one_post(ana, button):
    form = open_form(ana) | {"title": ESSAY["title"], "body": ESSAY["body"]}
    answers = [send(ana, None, form, button) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302], errors(answers[0])
    post = Post.objects.get()
    assert [answer.url for answer in answers] == [
        reverse("admin:blog_post_change", args=[post.pk])
    ] * 2
    assert post.revisions.count() == 1


@pytest.mark.parametrize("button", ["_publish", "_draft"])
def test_a_double_click_that_the_script_counts_is_one_press(ana, button):
    """The second press comes from the same page and has the next number."""
    form = open_form(ana) | {"title": ESSAY["title"], "body": ESSAY["body"]}
    answers = [send(ana, None, form, button, _number=str(number)) for number in (1, 2, 3)]
    post = Post.objects.get()
    assert {answer.url for answer in answers} == {
        reverse("admin:blog_post_change", args=[post.pk])
    }, errors(answers[-1])
    assert post.revisions.count() == 1


def test_the_same_text_after_another_one_is_saved(ana):
    """Not taken for the press before the last."""
    post = make_post(body=BODY)
    form = open_form(ana, post)
    for number, body in enumerate(["One.", "Two.", "One."], start=1):
        assert send(ana, post, form, "_update", body=body, _number=str(number)).status_code == 302
        assert fresh(post).body == body


def test_a_picture_chosen_after_the_first_press_is_kept(ana):
    post = make_post(status="draft", body=BODY)
    form = open_form(ana, post)
    send(ana, post, form, "_draft", _number="1")
    send(ana, post, form, "_draft", _number="2", lead_upload=picture())
    assert fresh(post).lead_image is not None


def test_back_and_another_text_is_a_conflict_with_oneself_and_not_a_second_post(ana):
    form = open_form(ana) | {"title": ESSAY["title"], "body": ESSAY["body"]}
    send(ana, None, form, "_publish")
    answer = send(ana, None, form, "_publish", body="Better words.")
    assert answer.status_code == 409, errors(answer)
    assert Post.objects.get().body == ESSAY["body"]
    assert send(ana, Post.objects.get(), shown(answer), "_update").status_code == 302
    assert Post.objects.get().body == "Better words."


def test_an_update_sent_twice_is_one_update(ana):
    post = make_post(body=BODY)
    form = open_form(ana, post)
    answers = [send(ana, post, form, "_update", body="Once.") for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert fresh(post).body == "Once."


def test_a_save_that_changes_nothing_is_in_nobodys_way(ana):
    post = ana.typed("_publish", body=BODY)
    forms = [open_form(ana, post) for _two_windows in range(2)]
    assert send(ana, post, forms[0], "_update").status_code == 302
    assert send(ana, post, forms[1], "_update", body="Another text.").status_code == 302
    assert fresh(post).body == "Another text."


def test_nobody_takes_over_a_post_by_its_uuid(ana):
    theirs = make_post(status="draft")
    writer = Desk(Role.AUTHOR)
    form = open_form(writer) | {"title": "Mine", "_uuid": str(theirs.uuid)}
    assert send(writer, None, form, "_draft").status_code in (302, 404)
    assert fresh(theirs).title == theirs.title


# Somebody saves while a page is made.


def save_before(monkeypatch, module, name, post):
    """Bo saves once, just before this function is called."""
    function = getattr(module, name)

    def saved_first(*args, **kwargs):
        monkeypatch.setattr(module, name, function)
        stored = fresh(post)
        stored.body = "Bo's."
        stored.save()
        Revision.record(stored, by=None, kind="save")
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, saved_first)


def test_a_save_while_the_form_is_laid_out_is_not_overwritten(ana, monkeypatch):
    post = make_post(body=BODY)
    save_before(monkeypatch, post_page, "form_page", post)
    form = open_form(ana, post)
    assert form["body"].split() == BODY.split()
    assert send(ana, post, form, "_update", body="Ana's.").status_code == 409
    assert fresh(post).body == "Bo's."


@pytest.mark.parametrize("file", [{}, {"lead_upload": None}])
def test_a_save_while_a_form_is_asked_back_is_not_overwritten(ana, monkeypatch, file):
    post = make_post(body=BODY)
    form = open_form(ana, post)
    save_before(monkeypatch, post_saving, "_ask_back", post)
    files = {name: picture() for name in file}
    asked = send(ana, post, form, "_update", body="Ana's.", title="", **files)
    assert asked.status_code == 200
    again = shown(asked) | {"title": "A title", "lead_alt": "A tram"}
    assert send(ana, post, again, "_update").status_code == 409
    assert fresh(post).body == "Bo's."


# The status.


def test_an_editor_corrects_what_waits_for_review_and_it_still_waits(ana):
    post = make_post(status="review", body=BODY)
    form = open_form(ana, post)
    assert send(ana, post, form, "_update", body="Corrected.").status_code == 302
    assert (fresh(post).body, fresh(post).status) == ("Corrected.", "review")


def test_save_draft_never_takes_down(ana):
    post = make_post(body=BODY)
    answer = send(ana, post, open_form(ana, post), "_draft", body="Other.")
    assert answer.status_code == 200
    assert (fresh(post).status, fresh(post).body) == ("published", BODY)


def test_a_text_of_a_contributor_whose_post_was_published_is_a_suggestion(bo):
    cleo = Desk(Role.CONTRIBUTOR)
    post = cleo.typed("_review", body=BODY)
    form = open_form(cleo, post)
    send(bo, post, open_form(bo, post), "_publish")
    answer = cleo.client.post(
        reverse("admin:blog_post_change", args=[post.pk]),
        form | {"body": "Cleo's last word.", "_update": "1"},
        follow=True,
    )
    assert f"{bo.user} published this post while you were typing" in unescape(
        answer.content.decode()
    )
    kept = post.revisions.get(kind="suggestion")
    assert (kept.editor, kept.fields["body"]) == (cleo.user, "Cleo's last word.")
    assert fresh(post).body.split() == BODY.split()


def test_a_live_post_moved_to_the_future_asks_first(ana):
    post = make_post(body=BODY)
    later = {"published_at_0": "2099-11-24", "published_at_1": "07:00:00"}
    asked = send(ana, post, open_form(ana, post) | later, "_update")
    assert asked.status_code == 200
    words = unescape(asked.content.decode())
    assert "Readers will see “No longer here” until 24 November 2099, 07:00." in words
    assert fresh(post).is_visible(timezone.now())
    assert send(ana, post, shown(asked), "_vanish").status_code == 302
    assert not fresh(post).is_visible(timezone.now())
    assert ana.client.get(post.path).status_code == 410


def test_a_live_post_that_is_to_have_expired_asks_first(ana):
    post = make_post(body=BODY)
    before = {"expires_at_0": "2020-01-01", "expires_at_1": "07:00:00"}
    asked = send(ana, post, open_form(ana, post) | before, "_update")
    words = unescape(asked.content.decode())
    assert "Readers will see “No longer here” from now on." in words
    assert fresh(post).is_visible(timezone.now())


def test_a_scheduled_post_moved_to_the_past_asks_first(ana):
    post = make_post(body=BODY, days_ago=-1)
    before = {"published_at_0": "2024-03-01", "published_at_1": "07:00:00"}
    asked = send(ana, post, open_form(ana, post) | before, "_update")
    assert "This date has passed: readers would see the post at once." in asked.content.decode()
    assert not fresh(post).is_visible(timezone.now())
    assert send(ana, post, shown(asked), "_appear").status_code == 302
    assert fresh(post).is_visible(timezone.now())


@pytest.mark.parametrize("button", ["_publish", "_schedule"])
def test_nothing_goes_out_that_has_expired_by_then(ana, button):
    dates = {"published_at_0": "2099-11-24", "published_at_1": "07:00:00"}
    dates |= {"expires_at_0": "2099-11-24", "expires_at_1": "07:00:00"}
    sentence = "The post would expire before anybody could read it."
    assert errors(ana.type(button, **dates)) == {"expires_at": [sentence]}
    assert not Post.objects.exists()


@pytest.mark.parametrize("button", ["_update", "_take_down"])
def test_nothing_is_rendered_while_other_writers_wait(ana, monkeypatch, button):
    post, convert, inside = make_post(body=BODY), markup.convert, []

    def watched(*args):
        inside.append(transactions._local.scopes is not None)
        return convert(*args)

    monkeypatch.setattr(markup, "convert", watched)
    assert send(ana, post, open_form(ana, post), button, body="Other.").status_code == 302
    assert inside == [False]


def test_the_version_changes_with_each_save():
    post = make_post()
    seen = {post.version}
    for _again in range(3):
        post.save()
        seen.add(fresh(post).version)
    assert len(seen) == 4
