"""A wave of spam with twelve real comments in it: few calls, nothing public, the twelve found.

A tenth of its size, or WAVE=5000: as many comments, and as many checks an hour for each of them.
"""

import json
import os
import random

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press

WAVE = int(os.environ.get("WAVE", "500"))
LIMIT = 600 * WAVE // 5000
REAL, TEXTS = 12, 20
PRESSES = 20

SEND = """
import json
from blog.models import Post
from comments.models import Policy
from tests.factories import submit_comment
Policy.objects.update_or_create(pk=1, defaults={{"checks_an_hour": {limit}}})
post = Post.objects.get(path={path!r})
for body in json.load(open({file!r})):
    submit_comment(post, body=body)
"""


def real(scene: str) -> list[str]:
    return [f"I was on tram {n} that night and saw nobody. {scene}" for n in range(1, REAL + 1)]


def wave(scene: str) -> list[str]:
    """Nine of ten are one of a few texts, written a little differently; one of ten is its own."""
    chance = random.Random(scene)
    same = [f"Casino {n}: win tonight, {scene}" for n in range(TEXTS)]
    found = []
    for n in range(WAVE - REAL):
        text = chance.choice(same) if n % 10 else f"Casino of number {n}, {scene}"
        found.append(chance.choice([text, text.upper(), text.replace(" ", "  ")]))
    for text in real(scene):
        found.insert(chance.randrange(len(found)), text)
    return found


@pytest.fixture
def usual_limit(site):
    yield
    # Saved, so that the worker's kept copy is read anew.
    site.python("from comments.models import Policy; Policy(pk=1).save()")


def count(site, scene: str, **columns) -> int:
    where = " AND ".join(f"{name} = ?" for name in columns)
    sql = f"SELECT COUNT(*) AS n FROM comments_comment WHERE body LIKE ? AND {where}"
    return site.rows(sql, f"%{scene}%", *columns.values())[0]["n"]


def unchecked(site, scene: str) -> int:
    return sum(count(site, scene, status="pending", screened=s) for s in ("waiting", "unavailable"))


def settle(site) -> None:
    """Until no job waits."""
    ready = "SELECT id FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
    site.wait_until(lambda: not site.rows(ready), seconds=WAVE / 5)


def test_wave_of_5000(view, site, tmp_path, usual_limit):
    site.forget_comments()
    scene, path = view.scene.lower(), site.make_post()
    file = tmp_path / "wave.json"
    file.write_text(json.dumps(wave(scene)))
    site.python(SEND.format(limit=LIMIT, path=path, file=str(file)))
    hours = 0
    settle(site)
    while unchecked(site, scene):
        assert site.checks_in_hour() <= LIMIT
        hours += 1
        assert hours < 12
        site.pass_time(3661)
        site.sweep()
        settle(site)
    calls = [c for c in site.akismet.calls if c.path == "/1.1/comment-check"]
    print(f"{WAVE} comments, {len(calls)} calls, {hours + 1} hours of {LIMIT} calls")
    assert len(calls) < WAVE / 3
    assert count(site, scene, status="spam") == WAVE - REAL
    assert count(site, scene, status="approved") == 0
    assert scene not in site.get(path).lower()

    mo = view.staff("mo")
    mo.goto("/moderation/")
    expect(mo.locator(".card")).to_have_count(REAL)
    view.shot(mo, "twelve")
    presses = approve_all(mo, view.script)
    assert presses <= PRESSES
    site.wait_until(lambda: count(site, scene, status="approved") == REAL)
    page = site.get(path).lower()
    assert all(text.lower() in page for text in real(scene))


def approve_all(mo, script: bool) -> int:
    """The presses that it took."""
    if script:
        mo.locator("#all").check()
        mo.locator("#bulk button[value=approve]").click()
        return 2
    boxes = mo.locator(".card [name=row][type=checkbox]").all()
    for box in boxes:
        box.check()
    press(mo.locator("#bulk button[value=approve]"))
    return len(boxes) + 1
