"""Everything that can happen to comments, in any order: what must hold always holds."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from blog.models import Role
from comments.models import VERBS, Comment, Decision, Evidence, Report
from comments.moderation.reply import DEEPEST
from comments.moderation.revise import revise
from comments.privacy import erase as erasing
from comments.rules.holding import Facts, Rules
from comments.worker.sweep import sweep
from tests.factories import (
    edit_as_author,
    make_post,
    make_user,
    reply_and_approve,
    run_tasks,
    submit_comment,
)

pytestmark = pytest.mark.django_db

NUMBER = st.integers(0, 30)
DAYS = {"spam": 15, "trash": 30}
TIMES = {
    Comment: (
        *("submitted_at", "status_at", "screened_at", "next_check_at", "edited_at"),
        *("withdrawn_at", "reported_at", "asked_at"),
    ),
    Decision: ("created_at", "feedback_claimed_at", "feedback_sent_at"),
    Report: ("created_at",),
}


class Life(RuleBasedStateMachine):
    akismet = None
    lives, seen = 0, set()

    @initialize()
    def begin(self):
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.akismet.mode = self.akismet.verdict = None
        Life.lives += 1
        self.people = [make_user(Role.MODERATOR), make_user(Role.EDITOR)]
        self.post, self.batches, self.texts, self.versions = make_post(), [], {}, {}
        self.screened, self.known = {}, set()
        self.submit(0, answers=False, blocked=False)

    def teardown(self):
        if hasattr(self, "rolled_back"):
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def one(self, n: int, **among) -> Comment:
        rows = list(Comment.objects.filter(emptied_at=None, **among).order_by("pk"))
        assume(rows)
        return rows[n % len(rows)]

    # What can happen

    @rule(n=NUMBER, answers=st.booleans(), blocked=st.booleans())
    def submit(self, n, answers, blocked):
        parent = self.one(n, status="approved") if answers else None
        rules = Rules(block_words=("tram",) if blocked else ())
        body = f"The tram, {len(self.texts)}"
        comment = submit_comment(self.post, parent=parent, rules=rules, body=body)
        self.texts[comment.public_id] = body

    @rule(verdict=st.sampled_from(["true", "false", "down"]))
    def verdict(self, verdict):
        self.akismet.mode = "down" if verdict == "down" else None
        self.akismet.verdict = None if verdict == "down" else verdict
        Comment.objects.filter(next_check_at__isnull=False).update(next_check_at=timezone.now())
        self.sweep()

    @rule(n=NUMBER)
    def late_verdict(self, n):
        """Akismet is asked once more about what a person has decided."""
        comment = self.one(n, submission__isnull=False, withdrawn_at=None)
        Comment.objects.filter(pk=comment.pk).update(next_check_at=timezone.now())
        self.verdict("true")

    @rule(n=NUMBER, verb=st.sampled_from(VERBS), who=st.integers(0, 1), seen=st.integers(0, 1))
    def decide(self, n, verb, who, seen):
        comment = self.one(n)
        version = comment.version - seen
        outcome = Comment.decide({comment.public_id: version}, verb, by=self.people[who])
        self.batches.append(outcome.batch)
        if version != comment.version or comment.withdrawn_at:
            assert outcome.done == []

    @rule(verb=st.sampled_from(VERBS), who=st.integers(0, 1))
    def decide_all(self, verb, who):
        rows = dict(Comment.objects.values_list("public_id", "version"))
        self.batches.append(Comment.decide(rows, verb, by=self.people[who]).batch)

    @rule(n=NUMBER, who=st.integers(0, 1))
    def undo(self, n, who):
        assume(self.batches)
        self.batches.append(
            Comment.undo(self.batches[-1 - n % 3 % len(self.batches)], by=self.people[who]).batch
        )

    @rule(n=NUMBER)
    def edit(self, n):
        comment = self.one(n)
        body = f"{comment.body} Edited."
        facts = Facts(comment.author_name, comment.author_email, "", body, ip=comment.ip)
        if edit_as_author(comment, facts):
            assert (comment.status, comment.withdrawn_at) == ("pending", None)
            self.texts[comment.public_id] = body

    @rule(n=NUMBER, who=st.integers(0, 1), seen=st.integers(0, 1))
    def revise(self, n, who, seen):
        comment = self.one(n)
        words = {"body": f"{comment.body} Mended.", "author_name": "Ana", "author_url": ""}
        version = comment.version - seen
        done = revise(comment, words, by=self.people[who], seen=version)
        assert done == (not seen and not comment.is_over)
        if done:
            self.texts[comment.public_id] = words["body"]

    @rule(n=NUMBER, who=st.integers(0, 1), seen=st.integers(0, 1))
    def reply_and_approve(self, n, who, seen):
        comment, before = self.one(n), set(Comment.objects.values_list("pk", flat=True))
        comment.version -= seen
        status = reply_and_approve(comment, self.people[who])
        made = Comment.objects.exclude(pk__in=before)
        may = not (seen or comment.is_over or comment.depth >= DEEPEST)
        assert (status, made.count()) == ((303, 1) if may else (409, 0))
        self.texts |= dict(made.values_list("public_id", "body"))
        if may:
            assert Comment.objects.get(pk=comment.pk).status == "approved"

    @rule(n=NUMBER)
    def withdraw(self, n):
        comment = self.one(n)
        comment.withdraw()
        if not comment.kept_because:
            self.texts.pop(comment.public_id, None)

    @rule(n=NUMBER, network=st.sampled_from(["", "192.0.2.0/24", "198.51.100.0/24"]))
    def report(self, n, network):
        Report.submit(self.one(n, status="approved"), "Rude.", network)

    @rule(n=NUMBER)
    def keep_as_evidence(self, n):
        Evidence.keep(self.one(n), "a threat", by=self.people[0])

    @rule(n=NUMBER)
    def release(self, n):
        comment = self.one(n)
        Evidence.release(comment, by=self.people[1])
        if comment.withdrawn_at:
            self.texts.pop(comment.public_id, None)

    @rule(n=NUMBER)
    def erase(self, n):
        comment = self.one(n, user=None)
        erased = erasing.erase(comment.author_email, by=self.people[0])
        assert erased.kept == [comment.pk] if comment.kept_because else not erased.kept
        if not comment.kept_because:
            self.texts.pop(comment.public_id, None)

    @rule(delta=st.sampled_from(["minutes=1", "minutes=20", "days=2", "days=14", "days=31"]))
    def time_passes(self, delta):
        unit, _is, count = delta.partition("=")
        for model, names in TIMES.items():
            ago = timedelta(**{unit: int(count)})
            model.objects.update(**{name: F(name) - ago for name in names})
        self.sweep()

    def sweep(self):
        """It also deletes evidence that was released after its day."""
        may_go = {row.public_id for row in Comment.objects.all() if self.is_over(row)}
        sweep()
        run_tasks()
        stands = set(Comment.objects.filter(emptied_at=None).values_list("public_id", flat=True))
        for pk in self.texts.keys() - stands:
            assert pk in may_go, "deleted before its day"
        self.texts = {pk: text for pk, text in self.texts.items() if pk in stands}

    @staticmethod
    def is_over(row) -> bool:
        days = 3 if row.discarded and row.status == "spam" else DAYS.get(row.status)
        if days is None or row.kept_because:
            return False
        return row.status_at < timezone.now() - timedelta(days=days)

    # What always holds

    @invariant()
    def every_status_is_that_of_the_last_decision(self):
        for row in self.rows():
            assert row.status == row.decisions.last().new_status
            self.seen.add(row.status)

    @invariant()
    def nothing_is_public_without_a_person_and_a_recorded_check(self):
        for row in self.rows():
            last = row.decisions.last()
            if row.status == "approved":
                assert row.screened != "waiting"
                assert last.by_a_person and last.by.has_perm("comments.decide_comment")

    @invariant()
    def what_is_approved_without_a_verdict_says_so(self):
        """And nothing else does; `screened` as it stood before the last step."""
        for row in self.rows():
            for made in row.decisions.all():
                is_move = made.old_status not in ("", made.new_status) and made.reason != "undo"
                if made.pk not in self.known and is_move:
                    unasked = (
                        self.screened[row.public_id] not in ("ham", "spam")
                        and not row.user_is_staff
                    )
                    said = made.new_status == "approved" and unasked
                    assert (made.reason == "unchecked") == said
                self.known.add(made.pk)
            self.screened[row.public_id] = row.screened

    @invariant()
    def nobody_brings_back_what_was_withdrawn_or_emptied(self):
        for row in self.rows():
            assert row.status in ("spam", "trash") or not row.is_over

    @invariant()
    def no_text_is_lost_before_its_day(self):
        found = {row.public_id: row.body for row in self.rows()}
        assert {pk: found.get(pk) for pk in self.texts} == self.texts

    @invariant()
    def no_version_comes_again(self):
        for row in self.rows():
            earlier = self.versions.setdefault(row.public_id, [])
            if row.version not in earlier[-1:]:
                assert row.version not in earlier
                earlier.append(row.version)

    def rows(self) -> list[Comment]:
        return list(Comment.objects.prefetch_related("decisions"))


def live(akismet, examples: int, steps: int) -> tuple[int, set[str]]:
    """How many lives were lived, and the statuses in which the invariants found a comment."""
    Life.akismet, Life.lives, Life.seen = akismet, 0, set()
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    bounds = settings(
        phases=[Phase.generate],  # to shrink a long life takes minutes
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=health,
    )
    run_state_machine_as_test(Life, settings=bounds)
    return Life.lives, Life.seen


def test_a_few_lives(akismet):
    lives, seen = live(akismet, 4, 15)
    assert lives >= 4 and "pending" in seen


@pytest.mark.thorough
@pytest.mark.parametrize("third", range(3))  # side by side
def test_many_lives(akismet, third):
    lives, seen = live(akismet, 20, 40)
    assert lives >= 20 and seen == {"pending", "approved", "spam", "trash"}
