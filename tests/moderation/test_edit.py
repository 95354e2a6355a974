"""A moderator edits a comment: recorded, marked, and lost to nobody."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.cache import versions
from blog.models import Role
from comments.models import Comment, Edit
from comments.moderation.revise import revise
from comments.submit import cookies
from tests.factories import (
    make_comment,
    make_post,
    make_user,
    moderator,
    run_tasks,
    send_comment,
    submit_comment,
)
from tests.pages import html, words

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}


def address(comment) -> str:
    return f"/moderation/{comment.public_id}/edit/"


def edit(client, comment, body="It *was* late.", **fields):
    typed = {"name": comment.author_name, "url": comment.author_url, "seen": comment.version}
    return client.post(address(comment), {"body": body, **typed, **fields})


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def asked(akismet) -> list[str]:
    calls = [call.fields for call in akismet.calls if call.path.endswith("comment-check")]
    return [fields["comment_content"] for fields in calls]


def history(client, comment) -> str:
    return words(client.get(f"/moderation/{comment.public_id}/history/"))


@pytest.mark.parametrize("status", ["pending", "approved", "spam", "trash"])
def test_it_says_something_else_and_stands_where_it_stood(mo, status):
    comment = make_comment(status=status, body="Was it late?")
    assert "Was it late?</textarea>" in html(mo.get(address(comment)))
    decided = comment.decisions.count()
    response = edit(mo, comment)
    assert (response.status_code, response["Location"]) == (
        303,
        f"/moderation/#comment-{comment.public_id}",
    )
    row = fresh(comment)
    assert (row.body, row.status) == ("It *was* late.", status)
    assert row.version != comment.version
    assert "<em>was</em>" in row.body_html
    assert row.revised_by == moderator() and row.revised_at and not row.edited_at
    assert comment.decisions.count() == decided
    kept = Edit.objects.get()
    assert (kept.by, kept.by_moderator, kept.body) == (moderator(), True, "Was it late?")


def test_name_and_website_can_be_changed_and_the_address_cannot(mo):
    comment = make_comment(author_name="BUY NOW", author_url="https://pills.example/")
    assert 'name="email"' not in html(mo.get(address(comment)))
    edit(mo, comment, comment.body, name="A reader", url="", email="x@example.org")
    row = fresh(comment)
    assert (row.author_name, row.author_url) == ("A reader", "")
    assert (row.author_email, row.body) == (comment.author_email, comment.body)
    said = history(mo, comment)
    assert "Mo Derator edited it." in said and "name: “BUY NOW” → “A reader”" in said
    assert "website: “https://pills.example/” → “”" in said
    assert "Before that it said" not in said


def test_the_history_has_the_words_before_and_after_of_each_edit(mo):
    comment = make_comment(body="First words.")
    edit(mo, comment, "Second words.")
    edit(mo, fresh(comment), "Third words.")
    said = history(mo, comment)
    first = "Mo Derator edited it. Before that it said: First words. After that it said: Second"
    second = "Mo Derator edited it. Before that it said: Second words. After that it said: Third"
    assert first in said and second in said


def test_an_editor_whose_account_is_gone_is_not_taken_for_its_author(mo):
    comment, ana = make_comment(status="approved"), make_user(Role.EDITOR)
    client = Client()
    client.force_login(ana)
    edit(client, comment)
    ana.delete()
    assert "Someone who has left edited it." in history(mo, comment)
    assert "Edited by someone who has left, " in history(mo, comment)
    assert "Edited by a moderator" in words(mo.get(comment.post.path))


def test_the_card_and_the_public_page_say_so(mo):
    comment = make_comment(status="approved")
    assert "Edited by" not in words(Client().get(comment.post.path))
    edit(mo, comment)
    assert "Edited by Mo Derator, " in words(mo.get("/moderation/?tab=approved"))
    page = words(Client().get(comment.post.path))
    assert "Edited by a moderator" in page and "Mo Derator" not in page
    assert "It was late." in page


def test_kept_pages_change_where_readers_see_it(mo):
    for status, changes in (("approved", True), ("pending", False)):
        comment = make_comment(status=status)
        scopes = versions.of_post(comment.post_id), versions.COMMENTS
        before = versions.read(*scopes)
        edit(mo, comment)
        after = versions.read(*scopes)
        assert all((before[scope] != after[scope]) is changes for scope in scopes)


def test_what_akismet_was_sent_and_what_its_author_sent_stay(akismet, mo):
    post = make_post()
    send_comment(Client(), post, body="Was it late?", email="ana@example.net")
    comment = Comment.objects.get()
    edit(mo, comment)
    row = fresh(comment)
    assert row.submission == comment.submission
    assert row.submission["comment_content"] == "Was it late?"
    assert (row.digest, row.text_digest) == (comment.digest, comment.text_digest)
    run_tasks()
    assert fresh(comment).screened == "ham"
    assert asked(akismet) == ["Was it late?"]


def test_the_words_of_a_moderator_make_no_others_spam(mo):
    spam = make_comment(status="spam", screened="spam", body="Nice post https://pills.example")
    edit(mo, spam, "Nice post")
    other = make_comment(body="Nice post", screened="waiting", next_check_at=spam.submitted_at)
    assert not Comment.objects.repeats(other.submitted_at).exists()


def test_a_reader_who_sends_the_own_words_again_is_still_known(mo):
    post = make_post()
    said = {"body": "Was it late?", "name": "Ana", "email": "ana@example.net"}
    send_comment(Client(), post, **said)
    comment = Comment.objects.get()
    edit(mo, comment, name="Anna")
    response = send_comment(Client(), post, ip="198.51.100.4", **said)
    assert response.status_code == 409
    assert "You have already said that here." in words(response)


def test_save_and_approve_does_both(mo):
    comment = make_comment()
    assert "Save and approve" in words(mo.get(address(comment)))
    edit(mo, comment, approve="1")
    row = fresh(comment)
    assert (row.status, row.body) == ("approved", "It *was* late.")
    assert row.version == row.decisions.last().new_version
    assert comment.decisions.last().by == moderator()
    page = mo.get("/moderation/")
    assert f'value="{comment.decisions.last().batch}"' in html(page)
    assert "Undo takes back the approval; the change stays." in words(page)
    assert "Save and approve" not in words(mo.get(address(comment)))


def test_what_did_not_change_is_not_recorded(mo):
    comment = make_comment()
    assert edit(mo, comment, comment.body).status_code == 303
    assert (fresh(comment).version, Edit.objects.count()) == (1, 0)
    assert fresh(comment).revised_at is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "Please write something."),
        ({"body": "\u200b"}, "Please write something."),
        ({"body": "x" * 5_001}, "this text has 5,001."),
        ({"name": ""}, "Please give a name"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"url": "https://e.example/" + "x" * 300}, "at most 300 characters"),
    ],
)
def test_bad_input_comes_back_and_nothing_changes(mo, fields, said):
    comment = make_comment()
    response = edit(mo, comment, **{"body": "Typed and kept.", **fields})
    assert response.status_code == 422
    assert said in words(response)
    if "body" not in fields:
        assert "Typed and kept.</textarea>" in html(response)
    assert (fresh(comment).version, Edit.objects.count()) == (1, 0)


# Races: what was seen decides.


def assert_lost(mo, response, comment, said: str):
    assert response.status_code == 409
    page = words(response)
    assert said in page and "Nothing was changed. What you typed is below" in page
    assert "It *was* late.</textarea>" in html(response)
    assert f'name="seen" value="{fresh(comment).version}"' in html(response)
    assert edit(mo, fresh(comment)).status_code == 303
    assert fresh(comment).body == "It *was* late."


def test_an_edit_by_its_author_meanwhile_is_not_overwritten(mo):
    comment = make_comment()
    Client().post(f"/comments/{cookies.sign(comment)}/", {"body": "Author's own."}, headers=OWN)
    response = edit(mo, comment)
    assert "Author's own." in words(response)
    assert_lost(
        mo, response, comment, f"The comment by {comment.author_name} was edited by its author"
    )


def test_an_edit_by_a_colleague_meanwhile_is_not_overwritten(mo):
    comment, ana = make_comment(status="approved"), make_user(Role.EDITOR, display_name="Ana Swift")
    other = {"body": "Ana's words.", "author_name": "Ana", "author_url": ""}
    assert revise(fresh(comment), other, by=ana, seen=comment.version)
    response = edit(mo, comment)
    assert "Ana's words." in words(response)
    assert_lost(mo, response, comment, " was edited by Ana Swift at ")
    assert [row.by for row in Edit.objects.all()] == [ana, moderator()]


def test_a_slip_in_the_form_hides_no_edit_by_a_colleague(mo):
    comment, ana = make_comment(), make_user(Role.EDITOR, display_name="Ana Swift")
    other = {"body": "Ana's words.", "author_name": "Ana", "author_url": ""}
    assert revise(fresh(comment), other, by=ana, seen=comment.version)
    page = edit(mo, comment, name="")
    assert page.status_code == 422
    assert f'name="seen" value="{comment.version}"' in html(page)
    response = edit(mo, comment)
    assert_lost(mo, response, comment, " was edited by Ana Swift at ")


def test_a_decision_by_a_colleague_meanwhile_is_read_first(mo):
    comment, ana = make_comment(), make_user(Role.EDITOR, display_name="Ana Swift")
    fresh(comment).trash(by=ana)
    response = edit(mo, comment, approve="1")
    assert fresh(comment).status == "trash"
    assert_lost(mo, response, comment, "Ana Swift moved the comment by")


def test_a_colleague_who_had_the_old_text_decides_nothing(mo):
    comment = make_comment()
    edit(mo, comment)
    row = f"{comment.public_id}.{comment.version}"
    response = mo.post("/moderation/decide/", {"verb": "approve", "row": row})
    assert response.status_code == 409
    assert f"The comment by {comment.author_name} was edited by Mo Derator at " in words(response)
    assert fresh(comment).status == "pending"


def test_the_second_of_two_clicks_is_no_conflict(mo):
    for more in ({}, {"approve": "1"}):
        comment = make_comment()
        assert edit(mo, comment, **more).status_code == 303
        assert edit(mo, comment, **more).status_code == 303
        assert comment.edits.count() == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(mo, seen):
    comment = make_comment()
    assert edit(mo, comment, seen=seen).status_code == 409
    assert fresh(comment).version == 1


def test_of_what_its_author_withdrew_nothing_is_left_to_edit(mo):
    comment = make_comment(status="approved")
    fresh(comment).withdraw()
    response = edit(mo, comment)
    assert response.status_code == 409
    assert "Its author withdrew it: nothing of it is left to edit." in words(response)
    assert fresh(comment).body == ""


# Its author


def test_its_author_reads_the_new_words_and_may_still_edit_them(akismet, mo):
    comment = submit_comment(make_post(), body="Was it late?")
    edit(mo, comment)
    own = f"/comments/{cookies.sign(comment)}/"
    page = words(Client().get(own))
    assert "It was late." in page and "Edited by a moderator" in page
    assert Client().post(own, {"body": "Mine again."}, headers=OWN).status_code == 303
    row = fresh(comment)
    assert (row.body, row.revised_at, row.revised_by) == ("Mine again.", None, None)
    assert row.version != comment.version
    assert row.submission["comment_content"] == "Mine again."
    said = history(mo, comment)
    assert "Mo Derator edited it. Before that it said: Was it late?" in said
    assert "Its author edited it. Before that it said: It *was* late. After that" in said
    run_tasks()
    assert asked(akismet)[-1] == "Mine again."


def test_a_withdrawal_takes_the_earlier_words_too(mo):
    comment = make_comment(status="approved")
    edit(mo, comment)
    fresh(comment).withdraw()
    assert not Edit.objects.exists()


# Rights, and what it costs


def test_an_author_edits_under_the_own_post_and_nowhere_else(client):
    author = make_user(Role.AUTHOR)
    mine, theirs = make_comment(make_post(author=author)), make_comment()
    client.force_login(author)
    assert edit(client, mine).status_code == 303
    assert edit(client, theirs).status_code == 404
    assert (fresh(mine).revised_by, fresh(theirs).revised_by) == (author, None)


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
def test_nobody_else_does(client, role):
    comment = make_comment()
    assert edit(client, comment).status_code == 403
    client.force_login(make_user(role))
    assert edit(client, comment).status_code == 403
    assert not Edit.objects.exists()


def test_the_verb_itself_asks_for_the_right():
    comment = make_comment()
    said = {"body": "x", "author_name": "x", "author_url": ""}
    assert not revise(comment, said, by=make_user(Role.AUTHOR), seen=comment.version)
    assert fresh(comment).body == comment.body


def test_a_page_of_edited_comments_asks_no_more_often(mo):
    post = make_post()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert mo.get("/moderation/").status_code == 200
        return len(found)

    edit(mo, make_comment(post))
    mo.get("/moderation/")
    before = queries()
    for _n in range(10):
        edit(mo, make_comment(post))
    mo.get("/moderation/")
    assert queries() == before <= 10


def test_an_edit_asks_few_times(mo):
    comment = make_comment(status="approved")
    mo.get(address(comment))
    with CaptureQueriesContext(connection) as found:
        assert edit(mo, comment).status_code == 303
    assert len(found) <= 19
