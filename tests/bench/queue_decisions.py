"""Decisions, each with its commit: one, a hundred, ten thousand; as calls and as requests."""

from itertools import cycle

from tests.bench.measuring import Figures, Server

MOST_MS = {1: None, 100: None, 10_000: 10_000}
ROUNDS = {1: 100, 100: 20, 10_000: 2}
UNDONE = {1: 100, 100: 40, 10_000: 2}
# One after the other and apart from those of the other sizes: nobody decides 400 times on one, and
# an undo reads what was decided before.
SETS = {1: 50, 100: 10, 10_000: 1}
# What was pending is pending again in the end.
THERE_AND_BACK = ("approve", "hold", "spam", "hold")


def measure(server: Server) -> list[Figures]:
    found = []
    for size, most_ms in MOST_MS.items():
        rows, times = Rows(size, server), ROUNDS[size] * len(THERE_AND_BACK)
        figures = Figures(f"{size:,} taken back", most_ms)
        figures.take(rows.undo, UNDONE[size], before=rows.mark_spam)
        found.append(figures)
        for name, act in (("decided", rows.decide), ("decided by POST", rows.post)):
            verbs = cycle(THERE_AND_BACK)
            figures = Figures(f"{size:,} {name}", most_ms)
            figures.take(lambda act=act, verbs=verbs: act(next(verbs)), times, before=rows.read)
            found.append(figures)
    return found


class Rows:
    """Of the oldest that wait, so many at a time; and what is done with them."""

    def __init__(self, size: int, server: Server):
        from comments.models import Comment

        self.user, self.server = server.user, server
        pending = Comment.objects.filter(status="pending").order_by("submitted_at", "pk")
        before = sum(smaller * sets for smaller, sets in SETS.items() if smaller < size)
        ids = list(pending.values_list("pk", flat=True)[before : before + size * SETS[size]])
        assert len(ids) == size * SETS[size]
        sets = [ids[start : start + size] for start in range(0, len(ids), size)]
        # The same ones for a way there and back.
        self.sets = cycle(same for same in sets for _verb in THERE_AND_BACK)
        self.ids = []
        self.seen, self.batch = {}, None

    def read(self) -> None:
        """As the page does before the decision."""
        from comments.models import Comment

        self.ids, self.seen = next(self.sets), {}
        for start in range(0, len(self.ids), 500):
            rows = Comment.objects.filter(pk__in=self.ids[start : start + 500])
            self.seen.update(rows.values_list("public_id", "version"))

    def decide(self, verb: str) -> None:
        from comments.models import Comment

        outcome = Comment.decide(self.seen, verb, by=self.user)
        assert len(outcome.done) == len(self.ids), outcome.lost[:3]
        self.batch = outcome.batch

    def post(self, verb: str) -> None:
        rows = [("row", f"{pk}.{version}") for pk, version in self.seen.items()]
        answer = self.server.post("/moderation/decide/", [("verb", verb), *rows])
        assert answer.count(b'"status"') == len(rows), answer[:200]

    def mark_spam(self) -> None:
        self.read()
        self.decide("spam")

    def undo(self) -> None:
        from comments.models import Comment

        outcome = Comment.undo(self.batch, by=self.user)
        assert len(outcome.done) == len(self.ids), outcome.lost[:3]
