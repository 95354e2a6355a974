"""What a commenter may do with the own comment: edit it for 15 minutes, withdraw it at any time."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.cache import versions
from blog.transactions import writing
from comments.check import akismet as spam
from comments.check.screening import Asked, record
from comments.models import Comment, Policy
from comments.moderation import bulk
from comments.queue import selection
from comments.queue.decision_sentences import decision_sentence
from comments.submit import cookies
from tests.factories import (
    make_comment,
    make_post,
    make_user,
    moderator,
    run_tasks,
    signed_cookie,
    submit_comment,
)
from tests.pages import html, words

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}
PENDING = {"status": "pending"}


def address(comment) -> str:
    return f"/comments/{cookies.sign(comment)}/"


def edit(client, comment, body, headers=OWN, **fields):
    return client.post(address(comment), {"edit": "1", "body": body, **fields}, headers=headers)


def withdraw(client, comment, headers=OWN):
    return client.post(address(comment), {"withdraw": "1"}, headers=headers)


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


# Editing


def test_the_form_holds_the_text(client):
    page = html(client.get(address(make_comment(body="Was it <late>?"))))
    assert "Was it &lt;late&gt;?</textarea>" in page
    assert "csrfmiddlewaretoken" not in page


def test_an_edit_is_saved_and_says_that_it_was_edited(client):
    comment = make_comment(body="Was it late?")
    response = edit(client, comment, "It was **late**.\r\n")
    assert (response.status_code, response["Location"]) == (303, address(comment))
    row = fresh(comment)
    assert (row.body, row.status) == ("It was **late**.", "pending")
    assert row.version != comment.version
    assert "<strong>late</strong>" in row.body_html
    assert row.text_digest == Comment.text_digest_of(row.body) != comment.text_digest
    assert row.digest != comment.digest
    assert "edited at" in words(client.get(address(comment)))


def test_moderators_read_in_the_history_what_it_said_before(client):
    comment = make_comment(body="Was it late?")
    edit(client, comment, "It was late.")
    client.force_login(moderator())
    said = words(client.get(f"/moderation/{comment.public_id}/history/"))
    assert "Its author edited it. Before that it said: Was it late?" in said
    assert "Held because its author edited it after sending it" in said


def test_the_rules_of_the_door_look_again(client):
    comment = make_comment(held_because=[["no-origin", ""], ["links", "2"]])
    edit(client, comment, "https://a.example https://b.example https://c.example")
    assert fresh(comment).held_because == [["links", "3"], ["no-origin", ""], ["edited", ""]]


def test_half_a_day_over_the_policys_days_it_is_held(client):
    Policy(pk=1, hold_after_days=30).save()
    comment = make_comment(make_post(days_ago=30.5))
    edit(client, comment, "It was late.")
    assert fresh(comment).held_because == [["age", "30"], ["edited", ""]]


def test_a_blocked_word_sets_it_aside(client):
    Policy(pk=1, block_words="casino").save()
    comment = make_comment()
    edit(client, comment, "Visit the casino.")
    assert fresh(comment).status == "spam"
    assert fresh(comment).decisions.last().reason == "words"


def test_it_is_checked_again_with_the_new_text(client, akismet):
    comment = submit_comment(make_post(), body="Was it late?")
    run_tasks()
    edit(client, comment, "It was late.")
    assert fresh(comment).screened == "waiting"
    run_tasks()
    first, second = akismet.calls
    assert "recheck_reason" not in first.fields
    assert second.fields["comment_content"] == "It was late."
    assert second.fields["recheck_reason"] == "edit"
    assert fresh(comment).screened == "ham"


def test_a_verdict_about_the_old_text_counts_no_more(akismet):
    comment = submit_comment(make_post(), body="Was it late?")
    asked = fresh(comment)
    asked.checks = 1
    edit(Client(), comment, "It was late.")
    now = timezone.now()
    record(asked, Asked(spam.Answer(spam.Verdict.SPAM), now, now))
    row = fresh(comment)
    assert (row.screened, row.status) == ("waiting", "pending")
    assert row.next_check_at is not None


def test_a_moderator_who_had_the_old_text_gets_409_and_is_led_to_the_new(client):
    comment = make_comment()
    edit(client, comment, "Quite another text.")
    client.force_login(moderator())
    response = client.post(
        "/moderation/decide/", {"verb": "approve", "row": f"{comment.public_id}.{comment.version}"}
    )
    assert response.status_code == 409
    assert "was edited by its author" in words(response)
    assert f'href="/moderation/{comment.public_id}/history/"' in html(response)
    assert fresh(comment).status == "pending"


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "approved"},
        {"status": "spam"},
        {"status": "trash"},
        {"screened": "spam"},
        {"submitted_at": timezone.now() - timedelta(minutes=15, seconds=1)},
    ],
)
def test_what_is_decided_called_spam_or_older_than_15_minutes_stays(client, fields):
    comment = make_comment(body="Was it late?", **fields)
    assert "Save the new text" not in html(client.get(address(comment)))
    response = edit(client, comment, "It was late.")
    assert response.status_code == 409
    assert "It can no longer be edited. Your text is below." in words(response)
    assert "It was late.</textarea>" in html(response)
    assert fresh(comment).body == "Was it late?"


BAD = [("", "Please write something."), ("x" * 5001, "At most 5,000 characters can be sent")]


@pytest.mark.parametrize(("body", "said"), BAD)
def test_what_the_door_refuses_is_refused_here_and_kept(client, body, said):
    comment = make_comment()
    response = edit(client, comment, body)
    assert response.status_code == 422
    assert said in words(response)
    assert f"{body}</textarea>" in html(response)


def test_more_than_64_kb_is_413_and_kept(client):
    response = edit(client, make_comment(), "x" * 70_000)
    assert response.status_code == 413
    assert "x" * 70_000 in html(response)


def test_a_second_edit_at_once_has_to_wait(client):
    comment = make_comment()
    edit(client, comment, "One.")
    response = edit(client, comment, "Two.")
    assert response.status_code == 429
    seconds = int(response["Retry-After"])
    assert 5 <= seconds <= 15
    assert f"You can send it in {seconds} seconds. Your text is below." in words(response)
    assert '<details class="own" open>' in html(response)
    assert "<title>Not sent yet: Your comment" in html(response)


def test_what_was_refused_lies_open_and_the_title_says_so(client):
    comment = make_comment()
    edit(client, comment, "One.")
    page = html(edit(client, comment, "Two."))
    assert '<details class="own" open>' in page.partition("Two.</textarea>")[0]
    assert "<title>Not sent yet: Your comment" in page


def test_an_edit_that_waited_is_later_than_the_pages_with_the_old_text(client, monkeypatch):
    comment, made = make_comment(body="Was it late?"), []

    @contextmanager
    def waits_while_a_page_is_made():
        with writing() as scopes:
            made.append(timezone.now())
            yield scopes

    monkeypatch.setattr("comments.submit.edit.writing", waits_while_a_page_is_made)
    edit(client, comment, "It was late.")
    seen = selection.Criteria("pending", made[0], author=comment.author_email)
    assert fresh(comment).body == "It was late."
    assert selection.find(seen, moderator()).rows == []
    assert bulk.decide(seen, "approve", by=moderator()).lost[0]["id"] == comment.public_id


def test_the_same_text_again_is_no_edit(client):
    comment = make_comment(body="Was it late?")
    assert edit(client, comment, "Was it late?").status_code == 303
    assert fresh(comment).version == comment.version


@pytest.mark.parametrize("act", [lambda *a, **k: edit(*a, "New.", **k), withdraw])
def test_from_another_site_nothing_is_done(client, act):
    comment = make_comment()
    response = act(client, comment, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert (fresh(comment).version, fresh(comment).withdrawn_at) == (comment.version, None)


@pytest.mark.parametrize("act", [lambda *a, **k: edit(*a, "New.", **k), withdraw])
def test_who_is_signed_in_may_too_though_this_page_sends_no_origin(act):
    """For a page without referrers a browser sends `Origin: null`, which fails Django's token."""
    comment, client = make_comment(), Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert act(client, comment, headers=OWN | {"Origin": "null"}).status_code == 303
    assert fresh(comment).version != comment.version
    assert act(client, comment, headers={"Origin": "https://evil.example"}).status_code == 403


# Withdrawing


@pytest.mark.parametrize("status", ["pending", "approved", "spam", "trash"])
def test_withdrawn_it_is_gone_at_once_whatever_it_was(client, status):
    comment = make_comment(status=status, body="I regret this.")
    comment.edits.create(body="I regretted that.", created_at=timezone.now())
    assert withdraw(client, comment).status_code == 303
    row = fresh(comment)
    assert (row.status, row.body, row.body_html, row.submission) == ("trash", "", "", None)
    assert row.withdrawn_at and not row.edits.exists()
    last = row.decisions.last()
    assert (last.new_status, last.by, last.by_a_person) == ("trash", None, True)
    assert decision_sentence(last) == "Its author withdrew it"
    said = words(client.get(address(comment)))
    assert "You withdrew this comment." in said and "I regret" not in said


def test_the_discussion_says_so_only_where_somebody_answered(client):
    answered, alone = make_comment(status="approved"), make_comment(status="approved")
    make_comment(parent=answered, status="approved")
    before = versions.read(versions.of_post(alone.post_id))
    for comment in (answered, alone):
        withdraw(client, comment)
    assert versions.read(versions.of_post(alone.post_id)) != before
    assert "Comment withdrawn by its author" in words(client.get(answered.post.path))
    assert "withdrawn" not in words(client.get(alone.post.path))


def test_the_kept_page_of_what_was_unapproved_before_changes_too(client):
    comment = make_comment(status="approved")
    make_comment(parent=comment, status="approved")
    comment.hold(by=moderator())
    scope = versions.of_post(comment.post_id)
    before = versions.read(scope)
    withdraw(client, comment)
    assert versions.read(scope) != before
    assert "Comment withdrawn by its author" in words(client.get(comment.post.path))


def test_its_author_too_sees_no_waiting_comment_any_more(client):
    comment = make_comment(body="I regret this.")
    client.cookies["waiting"] = signed_cookie("waiting", comment.public_id)
    assert "I regret this." in words(client.get(comment.post.path))
    withdraw(client, comment)
    for query in ("", f"?c={comment.public_id}"):
        said = words(client.get(comment.post.path + query))
        assert comment.author_name not in said and "is saved" not in said


@pytest.mark.parametrize("verb", ["approve", "hold", "spam", "restore"])
def test_no_moderator_brings_it_back(client, verb):
    comment = make_comment(status="approved")
    withdraw(client, comment)
    client.force_login(moderator())
    for version in (comment.version, fresh(comment).version):
        sent = {"verb": verb, "row": f"{comment.public_id}.{version}"}
        response = client.post("/moderation/decide/", sent)
        assert response.status_code == 409
        assert "was withdrawn by its author" in words(response)
    assert fresh(comment).status == "trash"


def test_undo_leaves_it_and_says_why(client):
    comment, other = make_comment(), make_comment()
    batch = Comment.decide(
        dict.fromkeys([comment.public_id, other.public_id]), "approve", by=moderator()
    ).batch
    withdraw(client, comment)
    client.force_login(moderator())
    client.post("/moderation/undo/", {"batch": str(batch)})
    said = words(client.get("/moderation/"))
    assert "1 comment put back." in said
    assert f"The comment by {comment.author_name} was withdrawn by its author at " in said


def test_evidence_keeps_its_text_until_it_is_released(client):
    comment = make_comment(status="approved", kept_because="a threat", body="I shall find you.")
    withdraw(client, comment)
    assert fresh(comment).body == "I shall find you."
    assert "I shall find you." not in words(client.get(address(comment)))
    client.force_login(moderator())
    client.post(f"/moderation/{comment.public_id}/evidence/", {"release": "1"})
    assert fresh(comment).body == ""


def test_withdrawn_twice_is_withdrawn_once(client):
    comment = make_comment()
    withdraw(client, comment)
    withdraw(client, comment)
    assert fresh(comment).decisions.filter(reason="withdrawn").count() == 1


def test_a_stub_is_gone(client):
    comment = make_comment()
    Comment.objects.filter(pk=comment.pk).empty()
    response = client.get(address(comment))
    assert response.status_code == 410
    assert "This comment has been deleted." in words(response)


def delete(comment):
    comment.delete()


def empty(comment):
    Comment.objects.filter(pk=comment.pk).empty()


LOST = [
    (delete, 410, "This comment has been deleted. What you typed is below"),
    (empty, 410, "This comment has been deleted. What you typed is below"),
    (Comment.withdraw, 409, "It can no longer be edited. Your text is below."),
]


@pytest.mark.parametrize(("lose", "status", "said"), LOST)
def test_a_new_text_for_what_has_gone_meanwhile_comes_back(client, lose, status, said):
    comment = make_comment()
    lose(comment)
    response = edit(client, comment, "It was <late>.")
    assert response.status_code == status
    assert "It was &lt;late&gt;.</textarea>" in html(response)
    assert "Save the new text" not in html(response)
    assert said in words(response)
    assert "<textarea" not in html(client.get(address(comment)))


def test_by_half_a_link_too(client):
    response = client.post("/comments/1:half/", {"body": "It was late."}, headers=OWN)
    assert response.status_code == 404 and "It was late.</textarea>" in html(response)
