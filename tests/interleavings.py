"""Two people and four pages at one post, over a network that delays, repeats and loses.

    play(make_people(), seeds, steps=14)

Everybody only adds paragraphs, each of one word of its own. So no word that the server once took
may be missing from the post and its revisions, whatever happens in which order.
"""

import random
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.cache import versions
from blog.editing import publishing
from blog.models import Edition, Post, Revision, Role
from tests.desk import Desk
from tests.tabs import Tab

WORD = re.compile(r"\bw\d+w\b")
S = Post.Status


def make_people() -> dict:
    return {role: [Desk(role), Desk(role)] for role in (Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)}


@dataclass
class Outcome:
    """`words` counts those that the server took. The lists hold the steps that led to a fault."""

    words: int = 0
    lost: list = field(default_factory=list)
    conflicts_with_itself: list = field(default_factory=list)
    seen_by_readers: list = field(default_factory=list)

    @property
    def faults(self) -> list:
        return [*self.lost, *self.conflicts_with_itself, *self.seen_by_readers]


def play(people: dict, seeds: Iterable[int], *, steps: int) -> Outcome:
    outcome = Outcome()
    for seed in seeds:
        with transaction.atomic():
            try:
                Interleaving(seed, people, outcome).play(steps)
            except Exception as error:
                error.add_note(f"seed {seed}, {steps} steps")
                raise
            transaction.set_rollback(True)
    return outcome


class Page(Tab):
    """A page that its person has open, and what they know."""

    def __init__(self, desk, key, post=None):
        super().__init__(desk, post)
        who = {name: self.fields[name] for name in ("author", "kind") if name in self.fields}
        self.fields = who | {"title": "The last boat", "body": post.body if post else ""}
        self.uuid = key
        self.see(post)

    def see(self, post) -> None:
        self.buttons = [
            name for name, _w in publishing.buttons(post, self.desk.user, timezone.now())
        ]


class Interleaving:
    def __init__(self, seed: int, people: dict[Role, list[Desk]], outcome: Outcome):
        self.random, self.outcome = random.Random(seed), outcome
        role = self.random.choice([Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR])
        self.ana, self.ben = people[role][0], people[Role.EDITOR][1]
        self.words, self.late, self.log = set(), [], [("seed", seed)]
        self.number, self.key = 0, uuid.uuid4()
        self._begin()

    def _begin(self) -> None:
        begun = self.random.choice(["new", S.DRAFT, S.PUBLISHED, "scheduled"])
        if begun == "new":
            # Nobody else knows of it yet; Ana has one page.
            self.pages = [Page(self.ana, self.key)]
            return
        status = S.PUBLISHED if begun == "scheduled" else begun
        ahead = timedelta(hours=1 if begun == "scheduled" else -1)
        post = Post(uuid=self.key, author=self.ana.user, title="The last boat", status=status)
        post.published_at = None if begun == S.DRAFT else timezone.now() + ahead
        post.body = self._new_word()
        post.save()
        Revision.record(post, by=self.ana.user, kind=Revision.Kind.SAVE)
        is_open = self._may_edit(self.ana)
        owners = [self.ana, self.ana, self.ben, self.ben] if is_open else [self.ben, self.ben]
        self.pages = [Page(desk, self.key, self.post) for desk in owners]

    @property
    def post(self) -> Post | None:
        return Post.objects.filter(uuid=self.key).first()

    def _may_edit(self, desk: Desk) -> bool:
        live = self.post is None or self.post.status in (S.DRAFT, S.REVIEW)
        return live or desk.user.has_perm("blog.publish_post")

    def play(self, steps: int) -> None:
        kinds = [self._autosave, self._press, self._deliver, self._pass_time, self._reopen]
        kinds += [self._restart]
        weights = [8, 5, 4, 1, 2, 1]
        for _step in range(steps):
            page = self.random.choice(self.pages)
            self.random.choices(kinds, weights)[0](page)
            self._lose_nothing()
        while self.late:
            self._deliver(None)
            self._lose_nothing()
        self.outcome.words += len(self.words)

    # What people do.

    def _new_word(self) -> str:
        self.number += 1
        return f"w{self.number}w"

    def _type(self, page: Page) -> None:
        page.fields["body"] = f"{page.fields['body']}\n\n{self._new_word()}".strip()

    def _autosave(self, page: Page) -> None:
        self._type(page)
        data = page.data()
        how = self._how()
        self.log.append(("autosave", how, page.tab, data["_number"]))
        if how == "late":
            self.late.append((self._send_autosave, page, data))
            return
        answer = self._send_autosave(page, data)
        if how == "twice":
            self.late.append((self._send_autosave, page, data))
        if how != "lost":
            self._read(page, answer)

    def _read(self, page: Page, answer) -> None:
        """As the script does."""
        if answer.status_code == 200:
            page.version = answer.json()["version"]
        elif answer.status_code == 409:
            page.tab = f"{self.random.getrandbits(64):016x}"
        else:
            assert answer.status_code == 403, answer.content

    def _press(self, page: Page) -> None:
        button = self.random.choice(page.buttons)
        data, how = page.data(**{button: "1"}), self._how()
        self.log.append((button, how, page.tab, data["_number"]))
        if how == "late":
            self.late.append((self._send_press, page, data))
            return
        answer = self._send_press(page, data)
        if how == "twice":
            self.late.append((self._send_press, page, data))
        if how == "lost":
            return
        if answer.status_code == 409:
            self._not_with_itself(data)
            self._resolve(page, data, button)
        elif answer.status_code == 302:
            self._open(page)
        else:  # back with errors or a question
            assert answer.status_code == 200, (answer.status_code, self.log)
            page.version = answer.context["version"]
            page.see(self.post)

    def _how(self) -> str:
        return self.random.choices(["now", "lost", "late", "twice"], [6, 2, 2, 1])[0]

    def _resolve(self, page: Page, data: dict, button: str) -> None:
        way = self.random.choice(["mine", "theirs", "merge"])
        self.log.append((way, page.tab))
        more = {"mine": {button: "1"}, "theirs": {"_theirs": "1"}, "merge": {"_merge": "1"}}[way]
        kept = {name: value for name, value in data.items() if name != button}
        seen = {"_seen": data["_version"], "_version": self.post.version}
        answer = self._send_press(page, kept | seen | more)
        if way != "merge" or answer.status_code == 302:
            self._open(page)
            return
        assert answer.status_code == 200, (answer.status_code, self.log)
        form = answer.context["adminform"].form
        page.fields["body"] = form["body"].value()
        page.version = answer.context["version"]
        page.see(self.post)

    def _open(self, page: Page) -> Page:
        """The post again in this window; without rights it is only shown."""
        place = self.pages.index(page)
        desk = page.desk if self._may_edit(page.desk) else self.ben
        self.pages[place] = Page(desk, self.key, self.post)
        return self.pages[place]

    def _reopen(self, page: Page) -> None:
        """Close the page, open the post, and answer the question about unsaved text."""
        post = self.post
        if post is None or not self._may_edit(page.desk):
            return
        page = self._open(page)
        copy = Revision.objects.working_copy(post, page.desk.user).first()
        way = self.random.choice(["ignore", "continue", "discard"])
        self.log.append(("reopen", way if copy else None))
        if copy is None or way == "ignore":
            return
        if way == "discard":
            url = f"/admin/blog/post/{self.key}/unsaved/"
            assert page.desk.client.post(url, {"copy": copy.pk}).status_code == 302
            return
        url = f"/admin/blog/post/{post.pk}/change/?continue={copy.pk}"
        answer = page.desk.client.get(url)
        page.fields["body"] = answer.context["adminform"].form["body"].value()
        page.continues = answer.context["continues"]
        page.version = answer.context["version"]

    def _pass_time(self, _page) -> None:
        self.log.append(("time",))
        now = timezone.now()
        Post.objects.filter(uuid=self.key, published_at__gt=now).update(published_at=now)

    def _restart(self, _page) -> None:
        versions._cache.clear()

    def _deliver(self, _page) -> None:
        if not self.late:
            return
        send, page, data = self.late.pop(self.random.randrange(len(self.late)))
        self.log.append(("delivered", data["_tab"], data["_number"]))
        send(page, data)

    # What the server takes.

    def _send_autosave(self, page: Page, data: dict):
        before = self._seen_by_readers()
        answer = page.send(data)
        if before is not None and self._seen_by_readers() != before:
            self.outcome.seen_by_readers.append([*self.log])
        self._took(data, answer.status_code in (200, 409) or "saved" in answer.json())
        if answer.status_code == 200 and answer.json()["told"]:
            self._not_with_itself(data)
        return answer

    def _send_press(self, page: Page, data: dict):
        answer = page.send_press(data)
        self._took(data, answer.status_code in (302, 409))
        return answer

    def _took(self, data: dict, is_taken: bool) -> None:
        if is_taken:
            self.words |= set(WORD.findall(data["body"]))

    # What must be true.

    def _seen_by_readers(self):
        row = Post.objects.filter(uuid=self.key).values().first()
        return row and (row, list(Edition.objects.order_by("pk").values()))

    def _lose_nothing(self) -> None:
        post = self.post
        if post is None:
            return
        texts = [post.body, *(row.fields["body"] for row in post.revisions.all())]
        lost = self.words - set(WORD.findall(" ".join(texts)))
        if lost:
            self.outcome.lost.append([lost, *self.log])

    def _not_with_itself(self, data: dict) -> None:
        last = self.post.revisions.saved().first()
        if last and last.tab == data["_tab"]:
            self.outcome.conflicts_with_itself.append([*self.log])
