"""One e-mail address: what is kept of it, handed out, erased, and erased again after a restore."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from blog.cache import versions
from blog.models import Role
from comments.models import (
    Comment,
    Decision,
    Erasure,
    Mail,
    Policy,
    Report,
    Subscription,
    Tally,
    erasure,
)
from comments.privacy import erase, export
from comments.queue.decision_sentences import decision_sentence
from comments.submit import cookies
from tests.factories import make_comment, make_user, moderator, run_tasks
from tests.pages import html, words

pytestmark = pytest.mark.django_db

ANA = "ana.secret@example.net"


@pytest.fixture
def admin(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def by_ana(**fields):
    fields = {"author_name": "Ana Secret", "author_email": ANA, "body": "I wrote this."} | fields
    return make_comment(author_url="https://secret.example/", user_agent="Agent/Secret", **fields)


def everything_of_ana():
    """A comment alone, one with a public answer, one that is evidence, and what hangs on them."""
    now = timezone.now()
    alone, answered = by_ana(status="approved"), by_ana(status="approved", author_email=ANA.upper())
    make_comment(parent=answered, status="approved", body="Well said.")
    kept = by_ana(status="spam", kept_because="a threat")
    for comment in (alone, answered):
        comment.edits.create(body="Secret before.", created_at=now)
        Subscription.objects.create(comment=comment, email=ANA, created_at=now)
        Mail.objects.queue(
            "letter", ANA, key=f"letter:{comment.pk}", comment=comment, text="Hi Ana"
        )
        Report.submit(comment, "Secret is rude.", "198.51.100.0/24")
    Mail.objects.queue("links", ANA, key="links:ana")
    return alone, answered, kept


def test_erased_what_nobody_answered_goes_and_the_rest_is_a_stub(client):
    alone, answered, kept = everything_of_ana()
    scope = versions.of_post(answered.post_id)
    before = versions.read(scope)
    erased = erase.erase(f" {ANA.title()} ")
    assert (erased.deleted, erased.emptied, erased.kept) == (
        [alone.pk],
        [answered.pk],
        [kept.pk],
    )
    assert (erased.subscriptions, erased.mails) == (2, 3)
    row = Comment.objects.get(pk=answered.pk)
    assert row.status == row.decisions.last().new_status == "trash"
    assert "Emptied" in decision_sentence(row.decisions.last())
    page = words(client.get(answered.post.path))
    assert "Comment removed" in page and "Well said." in page and "Secret" not in page
    assert versions.read(scope) != before
    assert client.get(f"/comments/{cookies.sign(answered)}/").status_code == 410
    assert Tally.objects.get().comments == 1


def test_nothing_of_it_stands_in_any_table():
    _alone, _answered, kept = everything_of_ana()
    Comment.objects.filter(pk=kept.pk).update(kept_because="")
    Policy.change({"addresses": ANA}, by=None)
    Policy.change({"addresses": ""}, by=None)
    call_command("privacy", "erase", ANA)
    run_tasks()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            assert "secret" not in repr(cursor.fetchall()).lower(), table


def test_an_address_that_is_blocked_stays_in_the_policy_which_is_said(admin):
    Policy.change({"addresses": ANA}, by=None)
    by_ana()
    erased = erase.erase(ANA)
    words = "The policy blocks this e-mail address; remove it there if it should not stay"
    assert words in erased.sentences and words in export.summary(ANA)
    assert export.export(ANA)["blocked_by_policy"]
    assert ANA in Policy.stored().addresses


def test_a_thread_of_ones_own_goes_whole():
    root = by_ana(status="approved")
    reply = by_ana(parent=root, status="approved")
    erased = erase.erase(ANA)
    assert erased.deleted == [reply.pk, root.pk]
    assert not Comment.objects.exists()


def test_others_lose_nothing():
    other = make_comment(status="approved", author_email="x" + ANA)
    before = serializers.serialize("json", Comment.objects.all())
    erase.erase(ANA)
    assert serializers.serialize("json", Comment.objects.all()) == before
    assert Comment.objects.get() == other


def test_evidence_goes_when_it_is_released_and_the_worker_walks():
    kept = by_ana(kept_because="a threat")
    erase.erase(ANA)
    erase.repeat()
    assert Comment.objects.get() == kept
    Comment.objects.update(kept_because="")
    erase.repeat()
    assert not Comment.objects.exists()


def test_a_restored_backup_is_erased_again_by_the_file_beside_the_database(settings):
    by_ana()
    backup = serializers.serialize("json", [*Comment.objects.all(), *Decision.objects.all()])
    erase.erase(ANA)
    Erasure.objects.all().delete()  # the table went back with the database
    for row in serializers.deserialize("json", backup):
        row.save()
    assert ANA not in settings.ERASURES.read_text()
    erase.repeat()
    assert not Comment.objects.exists()
    assert Erasure.objects.count() == 1


def test_the_file_gets_back_what_it_lacks(settings):
    erase.erase(ANA)
    before = settings.ERASURES.read_text()
    settings.ERASURES.write_text("cut sho")
    assert list(Erasure.read_all()) == [Erasure.digest_of(ANA)]
    assert before.strip() in settings.ERASURES.read_text()


@pytest.mark.parametrize("left", [10, 70, 75])  # 75: a whole day
def test_a_line_that_was_cut_short_takes_no_other_along(settings, left):
    erase.erase(ANA)
    line = settings.ERASURES.read_text()
    settings.ERASURES.write_text(line + line[:left])
    erase.erase("bo@example.net")
    Erasure.objects.all().delete()  # the file alone is left
    assert erasure._read().keys() == {Erasure.digest_of(ANA), Erasure.digest_of("bo@example.net")}
    assert Erasure.read_all().keys() == erasure._read().keys()


def test_who_comes_back_later_is_not_erased_again():
    erase.erase(ANA)
    comment = by_ana(submitted_at=timezone.now() + timedelta(seconds=1))
    erase.repeat()
    assert Comment.objects.get() == comment


def test_another_key_gives_another_hash(settings):
    digest = Erasure.digest_of(ANA)
    assert digest == Erasure.digest_of(f" {ANA.upper()}")
    settings.SECRET_KEY = "another"
    assert Erasure.digest_of(ANA) != digest


def test_many_addresses_are_walked_in_chunks(monkeypatch):
    monkeypatch.setattr(erase, "CHUNK", 2)
    emails = {make_comment().author_email for _n in range(5)}
    assert set(erase._addresses()) == emails


def test_export_holds_all_of_it_and_names_no_moderator(capsys):
    alone, *_others = everything_of_ana()
    Comment.objects.get(pk=alone.pk).trash(by=moderator())
    call_command("privacy", "export", ANA)
    said = capsys.readouterr().out
    data = json.loads(said)
    assert len(data["comments"]) == 3
    first = next(row for row in data["comments"] if row["id"] == alone.public_id)
    assert (first["body"], first["ip"]) == ("I wrote this.", "203.0.113.7")
    assert first["earlier_texts"][0]["body"] == "Secret before."
    assert first["reports"][0]["words"] == "Secret is rude."
    assert first["decisions"][-1]["new_status"] == "trash"
    assert (len(data["subscriptions"]), len(data["mails"])) == (2, 3)
    assert "Mo Derator" not in said


def test_the_command_says_what_became_of_it(capsys):
    everything_of_ana()
    call_command("privacy", "erase", ANA)
    assert capsys.readouterr().out.splitlines() == [
        "1 comment deleted.",
        "1 comment emptied: it has replies, so its empty place stays.",
        "1 comment kept: it is evidence. Release it to erase it.",
        "2 subscriptions deleted.",
        "3 mails deleted.",
    ]


# The page


def send(client, email=ANA, **fields):
    return client.post("/moderation/privacy/", {"email": email, **fields})


def test_to_look_up_changes_nothing_and_says_what_there_is(admin):
    everything_of_ana()
    make_user(email=ANA, display_name="Ana Account")
    said = words(send(admin, look="1"))
    for sentence in (
        "3 comments",
        "2 subscriptions",
        "3 mails",
        "1 comment is kept as evidence",
        "The account “Ana Account” has this e-mail address",
    ):
        assert sentence in said
    assert Comment.objects.count() == 4


def test_the_export_is_a_file(admin):
    by_ana()
    answer = send(admin, export="1")
    assert answer["Content-Disposition"] == 'attachment; filename="privacy.json"'
    assert answer.json()["comments"][0]["author_name"] == "Ana Secret"


@pytest.mark.parametrize("again", ["", "ana@example.net"])
def test_without_the_address_typed_again_nothing_is_erased(admin, again):
    by_ana()
    answer = send(admin, erase="1", again=again)
    assert answer.status_code == 422
    assert f'value="{ANA}"' in html(answer)
    assert Comment.objects.exists() and not Erasure.objects.exists()


def test_erased_it_says_what_was_kept_and_why(admin):
    everything_of_ana()
    said = words(send(admin, erase="1", again=ANA.upper()))
    assert "1 comment deleted." in said
    assert "1 comment kept: it is evidence." in said
    assert Erasure.objects.count() == 1


def test_nothing_of_an_unknown_address_is_said_so(admin):
    assert "Nothing is stored about this e-mail address." in words(
        send(admin, erase="1", again=ANA)
    )


def test_what_is_no_address_comes_back(admin):
    answer = send(admin, email="nobody", look="1")
    assert answer.status_code == 422
    assert 'value="nobody"' in html(answer)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, None])
def test_only_administrators_may(client, role):
    by_ana()
    client.force_login(make_user(role))
    assert send(client, erase="1", again=ANA).status_code == 403
    assert Comment.objects.exists()
