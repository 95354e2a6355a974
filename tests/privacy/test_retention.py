"""What goes and what stays: on its day, in batches, and added up before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.cache import versions
from blog.models import Post
from blog.text.markup import RENDER_VERSION
from blog.transactions import writing
from comments.models import Comment, Decision, Mail, Policy, Subscription, Tally
from comments.privacy import purge
from comments.rules.holding import Rules, without_address
from comments.thread.notice import deletion_day
from comments.worker import rerender, sweep
from tests.factories import make_comment, make_post, moderator, submit_comment
from tests.pages import words

pytestmark = pytest.mark.django_db


def aged(comment, **delta):
    then = timezone.now() - timedelta(**delta)
    times = ("status_at", "submitted_at", "screened_at")
    Comment.objects.filter(pk=comment.pk).update(**dict.fromkeys(times, then))
    return Comment.objects.get(pk=comment.pk)


def clean_up():
    now = timezone.now()
    purge.delete_old(now)
    purge.forget_senders(now)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"status": "spam"}, 15),
        ({"status": "spam", "discarded": True}, 3),
        ({"status": "trash"}, 30),
        ({"status": "trash", "discarded": True}, 30),
    ],
)
def test_the_day_that_is_shown_is_the_day_on_which_it_goes(fields, days):
    comment = aged(make_comment(**fields), days=days, minutes=-1)
    local = timezone.localtime(comment.status_at + timedelta(days=days))
    assert deletion_day(comment, Policy.current()) == f"{local.day} {local:%B}"
    clean_up()
    assert Comment.objects.filter(pk=comment.pk).exists()
    aged(comment, days=days, minutes=1)
    clean_up()
    assert not Comment.objects.exists()


def test_a_shorter_policy_deletes_what_was_discarded_sooner_too():
    Policy(pk=1, spam_days=1).save()
    aged(make_comment(status="spam", discarded=True), days=1, minutes=1)
    clean_up()
    assert not Comment.objects.exists()


def test_what_was_found_in_spam_and_approved_is_not_discarded_any_more():
    comment = make_comment(status="spam", discarded=True)
    comment.approve(by=moderator())
    aged(comment, days=400)
    clean_up()
    assert Comment.objects.exists()


def test_what_was_answered_becomes_a_stub_and_the_thread_stays(client):
    parent = make_comment(status="trash", body="Take this away.")
    make_comment(parent=parent, status="approved", body="I answer all the same.")
    before = words(client.get(parent.post.path))
    assert "Comment removed" in before and "I answer all the same." in before
    aged(parent, days=31)
    clean_up()
    row = Comment.objects.get(pk=parent.pk)
    said = (row.author_name, row.author_email, row.body, row.ip, row.network, row.submission)
    assert said == ("", "", "", None, "", None)
    assert row.emptied_at and row.status == row.decisions.last().new_status == "trash"
    assert words(client.get(parent.post.path)) == before


def test_a_stub_leaves_no_address_behind():
    parent = make_comment(status="trash", author_email="ana@example.net")
    reply = make_comment(parent=parent, status="approved")
    Subscription.create_for(parent)
    for kind, about in (("letter", parent), ("reply", reply), ("live", reply)):
        to = "maud@example.org" if kind == "live" else "ana@example.net"
        with writing():
            Mail.objects.queue(kind, to, key=f"{kind}:{about.public_id}", comment=about)
    aged(parent, days=31)
    clean_up()
    assert Comment.objects.get(pk=parent.pk).emptied_at
    assert not Subscription.objects.exists()
    assert [mail.kind for mail in Mail.objects.all()] == ["live"]


def test_a_stub_is_in_no_tab_and_nobody_moves_it(client):
    parent = make_comment(status="trash")
    make_comment(parent=parent)
    aged(parent, days=31)
    clean_up()
    client.force_login(moderator())
    assert "The trash is empty." in words(client.get("/moderation/", {"tab": "trash"}))
    assert Comment.decide({parent.public_id: None}, "approve", by=moderator()).done == []


def test_a_stub_goes_when_nothing_below_it_stands():
    parent = make_comment(status="trash")
    reply = make_comment(parent=parent, status="spam")
    aged(parent, days=31)
    clean_up()
    aged(reply, days=31)
    clean_up()
    clean_up()
    assert not Comment.objects.exists()


def test_a_thread_that_is_old_from_end_to_end_goes_whole():
    root = make_comment(status="trash")
    reply = make_comment(parent=root, status="trash")
    for comment in (root, reply, make_comment(parent=reply, status="spam")):
        aged(comment, days=31)
    for _sweep in range(3):
        clean_up()
    assert not Comment.objects.exists()


LESSONS = [
    ({"screened": "spam"}, (), {"caught": 1}),
    ({"screened": "ham"}, ("spam",), {"missed": 1}),
    ({"screened": "spam"}, ("approve", "trash"), {"false_alarms": 1}),
    ({"screened": "ham"}, ("trash",), {}),
    ({"screened": "skipped"}, ("spam",), {}),
]


@pytest.mark.parametrize(("fields", "verbs", "expected"), LESSONS)
def test_before_it_goes_it_is_added_to_its_day(fields, verbs, expected):
    status = "spam" if fields["screened"] == "spam" else "pending"
    comment = make_comment(status=status, **fields)
    for verb in verbs:
        Comment.decide({comment.public_id: None}, verb, by=moderator())
    comment = aged(comment, days=40)
    other = aged(make_comment(status="trash", screened="skipped"), days=40)
    clean_up()
    assert not Comment.objects.filter(pk__in=[comment.pk, other.pk]).exists()
    names = ("comments", "caught", "missed", "false_alarms")
    row = Tally.objects.values(*names).get(day=timezone.localdate(comment.submitted_at))
    assert row == dict.fromkeys(names, 0) | {"comments": 2} | expected


def test_days_are_added_up_over_many_batches(monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 2)
    post = make_post()
    for _n in range(5):
        aged(make_comment(post, status="spam"), days=16)
    clean_up()
    assert not Comment.objects.exists() and not Decision.objects.exists()
    assert Tally.objects.get().comments == 5


def test_no_sweep_works_without_an_end(monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 1)
    monkeypatch.setattr(purge, "MOST_BATCHES", 2)
    post = make_post()
    for _n in range(3):
        aged(make_comment(post, status="spam"), days=16)
    clean_up()
    assert Comment.objects.count() == 1


def sender(comment) -> tuple:
    row = Comment.objects.get(pk=comment.pk)
    return row.ip, row.network, row.user_agent, row.referrer


def test_after_60_days_the_address_is_cut_to_its_network_and_the_browser_forgotten(client):
    known = {"user_agent": "Firefox/140", "referrer": "https://example.net/"}
    old, young = make_comment(**known), make_comment(**known)
    aged(old, days=60, minutes=1)
    aged(young, days=59)
    clean_up()
    assert sender(old) == (None, "203.0.113.0/24", "", "")
    assert sender(young) == ("203.0.113.7", "203.0.113.0/24", *known.values())
    client.force_login(moderator())
    assert "203.0.113.0/24" in words(client.get(f"/moderation/{old.public_id}/history/"))


@pytest.mark.parametrize("line", ["203.0.113.7", "203.0.113.0/28"])
def test_nor_does_the_address_stay_as_the_line_that_held_it(line):
    rules = Rules(networks=(line,), hold_words=("203.0.113.7", "tram"))
    comment = submit_comment(make_post(), ip="203.0.113.7", body="The tram.", rules=rules)
    comment.restore(by=moderator())
    assert comment.held_because == [("network", line), ("words", "203.0.113.7")]
    aged(comment, days=60, minutes=1)
    clean_up()
    network = "203.0.113.0/24"
    row = Comment.objects.get(pk=comment.pk)
    assert row.held_because == [["network", network], ["words", network]]


@pytest.mark.parametrize(
    ("detail", "ip", "left"),
    [
        ("203.0.112.0/22", "203.0.113.7", "203.0.112.0/22"),
        ("203.0.113.0/24", "203.0.113.7", "203.0.113.0/24"),
        ("198.51.100.1", "203.0.113.7", "198.51.100.1"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::7", "2001:db8:1::/48"),
        ("2001:db8:1::/48", "2001:db8:1:2::7", "2001:db8:1::/48"),
        ("tram", "203.0.113.7", "tram"),
        ("*203.0.113.7*", "203.0.113.7", "203.0.113.0/24"),
        ("::/0", "203.0.113.7", "::/0"),
    ],
)
def test_what_is_no_nearer_than_the_network_stays(detail, ip, left):
    assert without_address([["network", detail]], ip) == [["network", left]]
    assert without_address([["links", ip]], ip) == [["links", ip]]


# HTML of an older version


def outdate(model):
    model.objects.update(render_version=0, body_html="<p>As it was made before.</p>")


def test_what_an_older_version_made_is_made_again():
    comment = make_comment(status="approved", body="**New.**")
    post = comment.post
    modified, before = post.modified_at, versions.read(versions.of_post(post.pk))
    outdate(Comment)
    outdate(Post)
    while rerender.renew():
        pass
    assert "<strong>New.</strong>" in Comment.objects.get().body_html
    row = Post.objects.get()
    assert "It was seen from the bridge." in row.body_html
    assert (row.render_version, row.modified_at) == (RENDER_VERSION, modified)
    assert versions.read(versions.of_post(post.pk)) != before


def test_one_sweep_goes_on_for_some_seconds_and_the_next_ones_end_it(monkeypatch):
    post = make_post()
    row = {"post": post, "status_at": timezone.now(), "submitted_at": timezone.now()}
    Comment.objects.bulk_create(Comment(body=f"*{n}*", **row) for n in range(4 * rerender.BATCH))
    monkeypatch.setattr(rerender, "SECONDS", 0)
    assert rerender.renew()
    left = Comment.objects.filter(render_version=0)
    assert left.count() == 3 * rerender.BATCH
    monkeypatch.setattr(rerender, "SECONDS", 60)
    assert not rerender.renew()
    assert not left.exists() and Comment.objects.latest("pk").body_html.startswith("<p><em>")


def test_a_batch_writes_only_what_changes():
    post = make_post()
    same, other = (make_comment(post, status="approved", body=f"*{n}*") for n in range(2))
    Comment.objects.update(render_version=0)
    before = versions.read(versions.COMMENTS)
    rerender.renew_comments()
    assert versions.read(versions.COMMENTS) == before
    Comment.objects.update(render_version=0)
    Comment.objects.filter(pk=other.pk).update(body_html="<p>As it was made before.</p>")
    with CaptureQueriesContext(connection) as queries:
        rerender.renew_comments()
    writes = [query["sql"] for query in queries if 'SET "body_html"' in query["sql"]]
    assert len(writes) == 1 and writes[0].count("WHEN") == 1
    assert versions.read(versions.COMMENTS) != before
    assert not Comment.objects.exclude(render_version=RENDER_VERSION).exists()


def test_comments_are_rendered_before_the_lock_is_taken():
    make_comment(body="**New.**")
    outdate(Comment)
    with CaptureQueriesContext(connection) as queries:
        assert rerender.renew_comments() == 1
    said = [query["sql"] for query in queries]
    reading = next(i for i, sql in enumerate(said) if sql.startswith("SELECT") and "body" in sql)
    assert not any(sql.startswith(("BEGIN", "SAVEPOINT")) for sql in said[: reading + 1])
    with CaptureQueriesContext(connection) as queries:
        assert rerender.renew_comments() == 0
    assert len(queries) == 1


def test_what_was_edited_while_it_was_rendered_is_rendered_in_the_next_batch():
    comment, other = make_comment(body="*Old.*"), make_comment(body="*Other.*")
    outdate(Comment)
    edits = [lambda: Comment.objects.filter(pk=comment.pk).update(body="*New.*")]

    def edited_after_reading(execute, sql, *args):
        result = execute(sql, *args)
        if edits and sql.startswith("SELECT"):
            edits.pop()()
        return result

    with connection.execute_wrapper(edited_after_reading):
        rerender.renew_comments()
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.render_version, other.render_version) == (0, RENDER_VERSION)
    while rerender.renew_comments():
        pass
    comment.refresh_from_db()
    assert (comment.render_version, comment.body_html) == (RENDER_VERSION, "<p><em>New.</em></p>")


def test_the_command_says_how_many(capsys):
    from django.core.management import call_command

    make_comment()
    outdate(Comment)
    call_command("rerender")
    assert capsys.readouterr().out == "Rendered again: 0 posts, 0 corrections, 1 comments.\n"


def test_the_worker_does_it_when_it_starts_and_then_once_a_day(monkeypatch):
    monkeypatch.setattr(sweep, "_rests_until", {})
    make_comment()
    outdate(Comment)
    sweep.sweep()
    assert Comment.objects.get().render_version == RENDER_VERSION
    sweep.sweep()
    outdate(Comment)
    sweep.sweep()
    assert Comment.objects.get().render_version == 0
