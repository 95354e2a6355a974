"""The only way in which a comment changes its status."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import TestCase

from blog.cache import versions
from blog.models import Role
from comments.models import Comment, Decision
from comments.queue.decision_sentences import decision_sentence
from tests.factories import make_comment, make_post, make_user, moderator


class Verbs(TestCase):
    def test_approve_writes_who_from_and_to(self):
        comment = make_comment()
        comment.approve(by=moderator())
        decision = comment.decisions.last()
        assert (decision.by, decision.old_status, decision.new_status) == (
            moderator(),
            "pending",
            "approved",
        )

    def test_a_verb_changes_the_version(self):
        comment = make_comment()
        comment.mark_spam(by=moderator())
        assert comment.version not in (None, 1)
        assert comment.version == comment.decisions.last().new_version
        assert comment.status == "spam"

    def test_who_saw_an_older_version_loses(self):
        comment = make_comment()
        other = Comment.objects.get(pk=comment.pk)
        comment.trash(by=moderator())
        outcome = other.approve(by=make_user(Role.EDITOR))
        assert outcome.done == []
        assert outcome.lost[0]["by"] == "Mo Derator"
        assert other.status == "trash"

    def test_the_same_status_again_is_no_decision(self):
        comment = make_comment(status="approved")
        outcome = comment.approve(by=moderator())
        assert not outcome.done
        assert comment.decisions.count() == 2

    def test_restore_goes_back_to_where_it_came_from(self):
        comment = make_comment(status="approved")
        comment.trash(by=moderator())
        comment.restore(by=moderator())
        assert comment.status == "approved"

    def test_restore_of_what_came_in_as_spam_is_pending(self):
        comment = make_comment(status="spam")
        comment.restore(by=moderator())
        assert comment.status == "pending"

    def test_restore_from_trash_by_way_of_spam_lands_in_neither(self):
        comment = make_comment(status="approved")
        comment.mark_spam(by=moderator())
        comment.trash(by=moderator())
        comment.restore(by=moderator())
        assert comment.status == "approved"

    def test_restore_of_a_pending_comment_does_nothing(self):
        assert make_comment().restore(by=moderator()).done == []

    def test_unapprove_takes_it_down(self):
        comment = make_comment(status="approved")
        comment.hold(by=moderator())
        assert comment.status == "pending"

    def test_an_unknown_verb_is_an_error(self):
        with pytest.raises(ValueError, match="publish"):
            Comment.decide({1: 1}, "publish", by=moderator())

    def test_the_machine_never_overrides_a_person(self):
        comment = make_comment()
        comment.trash(by=moderator())
        comment.restore(by=moderator())
        comment.set_aside(reason="akismet")
        comment.refresh_from_db()
        assert comment.status == "pending"

    def test_a_person_who_left_still_counts_as_a_person(self):
        comment, person = make_comment(), make_user(Role.MODERATOR)
        comment.trash(by=person)
        comment.restore(by=person)
        person.delete()
        assert comment.set_aside(reason="akismet").done == []

    def test_the_machine_sets_aside_what_waits(self):
        comment = make_comment()
        comment.set_aside(reason="akismet")
        assert decision_sentence(comment.decisions.last()) == "Akismet marked it as spam"


class Rights(TestCase):
    def test_a_reader_may_not(self):
        with pytest.raises(PermissionDenied):
            make_comment().approve(by=make_user())

    def test_a_contributor_may_not(self):
        with pytest.raises(PermissionDenied):
            make_comment().approve(by=make_user(Role.CONTRIBUTOR))

    def test_an_author_may_below_own_posts(self):
        comment = make_comment()
        comment.approve(by=comment.post.author)
        assert comment.status == "approved"

    def test_an_author_may_not_below_the_posts_of_others(self):
        comment = make_comment()
        outcome = comment.approve(by=make_user(Role.AUTHOR))
        assert outcome.lost == [
            {"id": comment.public_id, "status": "", "version": None, "by": "", "at": None}
        ]

    def test_a_co_author_may(self):
        comment, person = make_comment(), make_user(Role.AUTHOR)
        comment.post.bylines.create(user=person)
        comment.approve(by=person)
        assert comment.status == "approved"

    def test_somebody_inactive_may_not(self):
        person = make_user(Role.MODERATOR, is_active=False)
        with pytest.raises(PermissionDenied):
            make_comment().approve(by=person)


class Many(TestCase):
    def test_one_batch_for_all(self):
        comments = [make_comment() for _ in range(3)]
        outcome = Comment.decide(
            {c.public_id: c.version for c in comments}, "trash", by=moderator()
        )
        assert Decision.objects.filter(batch=outcome.batch).count() == 3
        assert len(outcome.done) == 3

    def test_more_than_a_chunk(self):
        post = make_post()
        ids = [make_comment(post).public_id for _ in range(3)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("comments.models.verbs.CHUNK", 2)
            outcome = Comment.decide(dict.fromkeys(ids), "spam", by=moderator())
        assert {row["id"] for row in outcome.done} == set(ids)
        assert Decision.objects.filter(batch=outcome.batch).count() == 3

    def test_who_was_faster_is_named_and_the_rest_is_done(self):
        first, second = make_comment(), make_comment()
        first.trash(by=moderator())
        outcome = Comment.decide(
            {first.public_id: 1, second.public_id: 1}, "approve", by=moderator()
        )
        assert [row["id"] for row in outcome.done] == [second.public_id]
        assert outcome.lost[0]["status"] == "trash"

    def test_a_missing_row_is_lost_without_a_status(self):
        outcome = Comment.decide({987654: 1}, "approve", by=moderator())
        assert outcome.lost[0]["status"] == ""

    def test_undo_puts_the_batch_back(self):
        comments = [make_comment(), make_comment(status="approved")]
        batch = Comment.decide(
            {c.public_id: c.version for c in comments}, "spam", by=moderator()
        ).batch
        Comment.undo(batch, by=moderator())
        statuses = [Comment.objects.get(pk=c.pk).status for c in comments]
        assert statuses == ["pending", "approved"]

    def test_undo_leaves_what_was_decided_since_and_names_it(self):
        comment = make_comment()
        batch = comment.mark_spam(by=moderator()).batch
        comment.approve(by=make_user(Role.EDITOR, display_name="Ed"))
        outcome = Comment.undo(batch, by=moderator())
        assert (outcome.done, outcome.lost[0]["by"]) == ([], "Ed")

    def test_an_undo_can_be_undone(self):
        comment = make_comment()
        batch = comment.mark_spam(by=moderator()).batch
        again = Comment.undo(batch, by=moderator()).batch
        Comment.undo(again, by=moderator())
        comment.refresh_from_db()
        assert comment.status == "spam"


class Editions(TestCase):
    def test_what_readers_see_gets_a_new_edition(self):
        comment = make_comment()
        scopes = (versions.of_post(comment.post_id), versions.COMMENTS)
        before = versions.read(*scopes)
        comment.approve(by=moderator())
        after = versions.read(*scopes)
        assert all(before[scope] != after[scope] for scope in scopes)

    def test_what_they_do_not_see_keeps_it(self):
        comment = make_comment()
        scope = versions.of_post(comment.post_id)
        before = versions.read(scope)
        comment.mark_spam(by=moderator())
        assert versions.read(scope) == before
