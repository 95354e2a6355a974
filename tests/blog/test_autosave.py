"""What is typed is kept before a button is pressed, and never lost or shown to a reader by that."""

import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.admin import forms
from blog.models import Edition, Post, Revision, Role
from tests.desk import ESSAY, Desk
from tests.factories import make_post, make_user
from tests.pages import hidden_fields, html, words
from tests.tabs import Tab

pytestmark = pytest.mark.django_db
K = Revision.Kind
TOKEN = "admin:blog_post_token"


@pytest.fixture
def ana():
    return Desk(Role.EDITOR)


@pytest.fixture
def post(ana):
    return ana.typed()


def kept(post, kind=K.WORKING_COPY) -> list[str]:
    rows = Revision.objects.filter(post=post, kind=kind).order_by("created_at", "pk")
    return [row.fields["body"] for row in rows]


def opened(desk, post):
    return desk.page(post)


# A new post.


def test_a_new_post_gets_its_row_at_the_first_pause(ana):
    tab = Tab(ana, title="", body="A first line.")
    answer = tab.autosave()
    assert answer.status_code == 200
    post = tab.post
    assert (post.title, post.body, post.status, post.author) == ("", "", "draft", ana.user)
    assert kept(post) == ["A first line."]
    assert answer.json()["change"] == reverse("admin:blog_post_change", args=[post.pk])
    assert answer.json()["version"] == post.version


def test_the_untitled_draft_is_found_in_the_list(ana):
    tab = Tab(ana, title="")
    tab.autosave()
    page = ana.client.get(reverse("admin:blog_post_changelist"))
    assert "Untitled" in words(page)
    assert reverse("admin:blog_post_change", args=[tab.post.pk]) in html(page)


def test_a_new_post_sent_twice_is_one_post(ana):
    tab = Tab(ana)
    data = tab.data()
    assert [tab.send(data).status_code, tab.send(data).status_code] == [200, 409]
    assert Post.objects.filter(uuid=tab.uuid).count() == 1
    assert kept(tab.post) == [ESSAY["body"]]


def test_its_button_after_an_autosave_whose_answer_was_lost_is_no_conflict(ana):
    tab = Tab(ana)
    tab.send(tab.data())
    assert tab.press("_publish").status_code == 302
    assert tab.post.status == "published"
    assert Revision.objects.filter(kind=K.WORKING_COPY).count() == 0


def test_its_button_is_no_conflict_when_the_autosave_comes_in_between(ana, monkeypatch):
    tab = Tab(ana)
    autosave = tab.data()
    prepare = Post.prepare

    def and_an_autosave_comes(self):
        monkeypatch.setattr(Post, "prepare", prepare)
        tab.send(autosave)
        prepare(self)

    monkeypatch.setattr(Post, "prepare", and_an_autosave_comes)
    assert tab.press("_publish").status_code == 302
    assert Post.objects.filter(uuid=tab.uuid).count() == 1
    assert tab.post.status == "published"


def test_the_first_button_is_logged_as_an_addition(ana):
    tab = Tab(ana)
    tab.autosave()
    assert not LogEntry.objects.exists()
    tab.press("_draft")
    assert LogEntry.objects.get().is_addition()


# Nothing that readers see changes.


def test_an_autosave_changes_nothing_that_readers_see(ana, post):
    def seen():
        row = Post.objects.filter(pk=post.pk).values().get()
        pages = [Client().get(path) for path in (post.path, "/", "/feed/")]
        return row, [(page.content, page.headers.get("ETag")) for page in pages]

    before, editions = seen(), list(Edition.objects.values())
    saved = post.revisions.saved().count()
    for number in range(3):
        answer = Tab(ana, post, title="Typed", slug=f"typed-{number}", _take_down="1").autosave()
        assert answer.status_code == 200
    assert seen() == before
    assert list(Edition.objects.values()) == editions
    assert post.revisions.saved().count() == saved
    assert LogEntry.objects.count() == 1  # the publication's


def test_on_a_live_post_it_says_since_when_readers_have_their_version(ana, post):
    assert Tab(ana, post, body="Typed.").autosave().json()["live"]
    assert Tab(ana, ana.typed("_draft"), body="Typed.").autosave().json()["live"] is None


def test_a_text_as_saved_is_nothing_that_readers_do_not_see(ana, post):
    answer = Tab.of(ana, opened(ana, post)).autosave()
    assert (answer.json()["live"], answer.json()["differs"]) == (None, False)
    assert "unsaved" not in opened(ana, post).context


# Late, repeated, stale.


def test_a_late_autosave_replaces_nothing_newer(ana, post):
    tab = Tab(ana, post)
    early, late = tab.data(body="Early."), tab.data(body="Late.")
    assert [tab.send(late).status_code, tab.send(early).status_code] == [200, 409]
    assert kept(post) == ["Late."]


def test_a_late_autosave_brings_nothing_back_after_a_button(ana, post):
    tab = Tab(ana, post)
    early = tab.data(body="Early.")
    assert tab.press("_update", body="Saved.").status_code == 302
    assert tab.send(early).status_code == 409
    assert kept(post) == []


def test_a_button_that_arrives_late_keeps_what_was_typed_after_it(ana, post):
    tab = Tab(ana, post)
    press = tab.data(_update="1", body="Pressed.")
    tab.autosave(body="Typed after it.")
    assert tab.send_press(press).status_code == 302
    assert kept(post) == ["Typed after it."]


def test_a_page_whose_button_got_no_answer_is_not_in_conflict_with_itself(ana, post):
    tab = Tab(ana, post)
    tab.press("_update", body="Saved, but nobody heard.")
    answer = tab.autosave(body="Typed after it.")
    assert answer.json()["told"] is None
    assert tab.press("_update").status_code == 302
    post.refresh_from_db()
    assert post.body == "Typed after it."


def test_that_page_is_in_conflict_with_a_colleague_all_the_same(ana, post):
    tab = Tab(ana, post)
    tab.press("_update", body="Saved, but nobody heard.")
    Desk(Role.EDITOR).type("_update", Post.objects.get(pk=post.pk), body="A colleague's.")
    assert tab.autosave(body="Typed after it.").json()["told"]
    assert tab.press("_update").status_code == 409


def test_it_says_who_saved_the_post_meanwhile(ana, post):
    tab = Tab(ana, post)
    ben = Desk(Role.EDITOR)
    ben.type("_update", post, body="A colleague's.")
    answer = tab.autosave(body="Mine.").json()
    assert f"{ben.user.display_name}" in answer["told"]
    assert "after you opened it" in answer["told"]
    assert answer["version"] == post.version  # not the colleague's: that would overwrite it
    assert kept(post) == ["Mine."]


def test_a_colleague_who_saves_unchanged_is_named_in_the_conflict(ana, post):
    tab, ben = Tab(ana, post), Desk(Role.EDITOR)
    Tab.of(ben, opened(ben, post)).press("_update")
    assert ben.user.display_name in tab.autosave(body="Mine.").json()["told"]


# Two pages of one person.


def test_the_text_of_another_tab_is_set_aside_once(ana, post):
    one, other = Tab(ana, post), Tab(ana, post)
    for number in range(3):
        one.autosave(body=f"One {number}.")
        other.autosave(body=f"Other {number}.")
    assert (kept(post), kept(post, K.ASIDE)) == (["Other 2."], ["One 2."])


def test_a_button_of_one_tab_leaves_the_text_of_the_other(ana, post):
    one, other = Tab(ana, post), Tab(ana, post)
    one.autosave(body="One.")
    other.autosave(body="Other.")
    assert one.press("_update").status_code == 302
    assert (kept(post), kept(post, K.ASIDE)) == (["Other."], [])
    assert other.press("_update").status_code == 409
    assert kept(post) == ["Other."]


# Opening a post with unsaved text.


def test_it_is_offered_when_the_post_is_opened(ana, post):
    Tab(ana, post, body="Typed at two.").autosave()
    page = opened(ana, post)
    assert "Unsaved text from" in words(page)
    assert ESSAY["body"] in unescape(html(page))
    assert "Typed at two." not in html(page)
    compared = ana.client.get(reverse("admin:blog_post_unsaved", args=[post.uuid]))
    assert "Typed at two." in words(compared)


def test_nothing_is_offered_to_a_colleague(ana, post):
    Tab(ana, post, body="Typed at two.").autosave()
    ben = Desk(Role.EDITOR)
    assert "unsaved" not in opened(ben, post).context
    compared = ben.client.get(reverse("admin:blog_post_unsaved", args=[post.uuid]))
    assert compared.headers["Location"] == reverse("admin:blog_post_change", args=[post.pk])


def continued(desk, post):
    copy = Revision.objects.working_copy(post, desk.user).get()
    page = reverse("admin:blog_post_change", args=[post.pk])
    return desk.client.get(f"{page}?continue={copy.pk}")


def test_one_can_continue_with_it(ana, post):
    day = {"published_at_0": "2024-03-01", "published_at_1": "09:30:00"}
    tab = Tab(ana, post, body="Typed at two.", tags="Boats, Fog", co_authors=[], **day)
    tab.fields.pop("comments_open")
    tab.autosave()
    page = continued(ana, post)
    form = page.context["adminform"].form
    assert not form.errors
    assert (form["body"].value(), form["tags"].value()) == ("Typed at two.", "Boats, Fog")
    said = hidden_fields(page)
    assert said["initial-comments_open"] == "True"
    assert not form["comments_open"].value()
    assert "09:30:00" in html(page)
    again = Tab.of(ana, page)
    assert again.press("_update").status_code == 302
    post.refresh_from_db()
    assert (post.body, post.comments_open) == ("Typed at two.", False)
    assert kept(post) == []


def test_to_continue_over_a_colleagues_text_is_a_conflict(ana, post):
    Tab(ana, post, body="Typed at two.").autosave()
    Desk(Role.EDITOR).type("_update", post, body="A colleague's.")
    again = Tab.of(ana, continued(ana, post))
    assert again.press("_update").status_code == 409
    post.refresh_from_db()
    assert post.body == "A colleague's."


def test_it_can_be_discarded_and_stays_in_the_revisions(ana, post):
    tab = Tab(ana, post, body="Typed at two.")
    late = tab.data()
    tab.autosave()
    page = opened(ana, post)
    copy = hidden_fields(page)["copy"]
    unsaved = reverse("admin:blog_post_unsaved", args=[post.uuid])
    assert ana.client.post(unsaved, {"copy": copy}).status_code == 302
    assert (kept(post), kept(post, K.ASIDE)) == ([], ["Typed at two."])
    assert tab.send(late).status_code == 409
    # Its page, still open, goes on in a row of its own.
    tab.autosave(body="Typed at three.")
    assert (kept(post), kept(post, K.ASIDE)) == (["Typed at three."], ["Typed at two."])


def test_a_new_page_sets_aside_what_was_offered(ana, post):
    Tab(ana, post, body="Typed at two.").autosave()
    Tab.of(ana, opened(ana, post)).autosave(body="Typed at three.")
    assert (kept(post), kept(post, K.ASIDE)) == (["Typed at three."], ["Typed at two."])


def test_two_windows_that_continue_with_the_same_text_lose_nothing(ana, post):
    Tab(ana, post, body="Typed at two.").autosave()
    one, other = (Tab.of(ana, continued(ana, post)) for _n in range(2))
    one.autosave(body="One.")
    assert other.press("_update", body="Other.").status_code == 302
    assert (kept(post), kept(post, K.ASIDE)) == (["One."], ["Typed at two."])
    post.refresh_from_db()
    assert post.body == "Other."


def test_a_page_that_types_on_is_offered_beside_the_one_that_continued(ana, post):
    tab = Tab(ana, post)
    tab.autosave(body="Typed at two.")
    again = Tab.of(ana, continued(ana, post))
    tab.autosave(body="Typed at three.")
    assert again.press("_update").status_code == 302
    assert kept(post) == ["Typed at three."]


def test_keep_theirs_is_not_offered_again(ana, post):
    tab = Tab(ana, post)
    Desk(Role.EDITOR).type("_update", post, body="A colleague's.")
    tab.autosave(body="Mine.")
    late = tab.data()
    tab.press("_update")
    answer = tab.send_press(tab.data(_theirs="1", _seen=tab.version))
    assert answer.status_code == 302
    assert "unsaved" not in opened(ana, post).context
    assert kept(post, K.ASIDE) == ["Mine."]
    assert tab.send(late).status_code == 409


def test_keep_theirs_leaves_the_text_of_another_tab(ana, post):
    one, other = Tab(ana, post), Tab(ana, post)
    Desk(Role.EDITOR).type("_update", post, body="A colleague's.")
    one.press("_update", body="One.")
    other.autosave(body="Other.")
    one.send_press(one.data(_theirs="1", _seen=one.version))
    assert kept(post) == ["Other."]


# Who may.


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_nobody_keeps_a_text_in_somebody_elses_post(role, post):
    desk = Desk(role)
    assert Tab(desk, post).autosave().status_code == 404
    assert desk.client.get(reverse("admin:blog_post_unsaved", args=[post.uuid])).status_code == 404
    assert not Revision.objects.filter(editor=desk.user).exists()


def test_a_moderator_begins_no_post():
    assert Tab(Desk(Role.MODERATOR)).autosave().status_code == 403
    assert not Post.objects.exists()


def test_a_contributor_whose_post_was_published_meanwhile_makes_a_suggestion(ana):
    desk = Desk(Role.CONTRIBUTOR)
    post = desk.typed("_review")
    tab = Tab(desk, post)
    tab.autosave(body="Typed before.")
    ana.type("_publish", post, author=desk.user.pk)
    for text in ("Typed after.", "Typed after that."):
        answer = tab.autosave(body=text)
        assert answer.status_code == 403
        assert "kept as a suggestion" in answer.json()["told"]
        assert answer.json()["saved"]
    assert tab.press("_draft", body="And a button.").status_code == 302
    assert (kept(post), kept(post, K.SUGGESTION)) == ([], ["And a button."])


def test_somebody_signed_out_reads_so_and_is_not_sent_elsewhere(post):
    answer = Tab(Desk(), post).autosave(client=Client())
    assert (answer.status_code, answer.json()["told"]) == (401, "You are signed out.")
    assert Client().get(reverse(TOKEN)).status_code == 401


def test_a_reader_has_no_token():
    reader = Client()
    reader.force_login(make_user())
    assert reader.get(reverse(TOKEN)).status_code == 403


def test_whoever_signed_in_again_gets_a_token_and_goes_on(ana, post):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana.user)
    tab = Tab(ana, post)
    answer = client.post(tab.url, tab.data(csrfmiddlewaretoken="a" * 32))
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (403, "text/html")
    given = client.get(reverse(TOKEN))
    assert "no-store" in given.headers["Cache-Control"]
    assert given.json()["user"] == ana.user.pk
    data = tab.data(csrfmiddlewaretoken=given.json()["token"])
    assert client.post(tab.url, data).status_code == 200


def test_the_token_is_for_pages_of_this_site(ana):
    answer = ana.client.get(reverse(TOKEN), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_text_is_not_kept_for_whoever_signed_in_meanwhile(ana, post):
    tab = Tab(Desk(Role.EDITOR), post)
    answer = tab.send(tab.data(_user=ana.user.pk))
    assert (answer.status_code, kept(post)) == (403, [])


def test_too_long_a_text_is_refused_with_a_sentence(ana, post, monkeypatch):
    monkeypatch.setattr(forms, "LONGEST_BODY", 100)
    answer = Tab(ana, post).autosave(body="a" * 101)
    assert answer.status_code == 422
    assert answer.json()["told"] == "The text has 101 characters; the limit is 100."


# What no page sends.


@pytest.mark.parametrize(
    "fields",
    [
        {"_tab": "a" * 500, "_number": "9" * 400, "_version": "x"},
        {"_tab": "\0", "_number": "-1", "_version": "9" * 30},
        {"body": "a\0b", "author": "nobody", "lead_image": "x", "published_at_0": "\0"},
    ],
)
def test_senseless_fields_are_kept_or_refused_but_no_error(ana, post, fields):
    tab = Tab(ana, post)
    assert tab.send(tab.data() | fields).status_code == 200
    assert opened(ana, post).status_code == 200
    assert continued(ana, post).status_code == 200
    assert ana.client.get(reverse("admin:blog_post_unsaved", args=[post.uuid])).status_code == 200


def test_a_get_keeps_nothing(ana):
    tab = Tab(ana)
    assert ana.client.get(tab.url).status_code == 405
    unknown = reverse("admin:blog_post_unsaved", args=[uuid.uuid4()])
    assert ana.client.get(unknown).status_code == 404


def test_a_scheduled_post_that_goes_live_is_no_conflict(ana, post):
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() + timedelta(hours=1))
    tab = Tab(ana, post)
    assert tab.autosave(body="Typed.").json()["live"] is None
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
    answer = tab.autosave(body="Typed on.").json()
    assert (bool(answer["live"]), answer["told"]) == (True, None)


def test_a_draft_of_somebody_else_is_not_taken_over_by_its_uuid():
    post = make_post(status="draft")
    tab = Tab(Desk(), title="Mine")
    tab.uuid = post.uuid
    assert tab.autosave().status_code == 404
