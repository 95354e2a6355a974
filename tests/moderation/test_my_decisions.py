"""The page "What I did", Mine and Everyone: each batch, whether it stands, and the way back."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from blog.models import Role
from comments.dates import full_date
from comments.models import Batch, Comment, Decision
from comments.moderation import my_decisions, my_decisions_sentences
from comments.privacy import purge
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import hrefs, html, link, words

pytestmark = pytest.mark.django_db
DONE = "/moderation/done/"
EVERYONE = "/moderation/done/?who=everyone"


def decide(verb, *comments, by=None):
    rows = {comment.public_id: None for comment in comments}
    return Comment.decide(rows, verb, by=by or moderator()).batch


def make_many(count, **fields):
    post = make_post()
    return [make_comment(post, **fields) for _n in range(count)]


def sentences(response) -> list[str]:
    return re.findall(r'<(?:b|h1) id="what-[\w-]+">(.*?)</(?:b|h1)>', html(response))


def standing(response) -> list[str]:
    return re.findall(r'<span class="standing">(.*?)</span>', html(response))


def rows(response) -> list[str]:
    """The ids of the presses on the page."""
    return re.findall(r'<li id="batch-([\w-]+)"', html(response))


def shown(response) -> str:
    """The list that is shown, where there are two to choose from."""
    tabs = re.search(r'<nav class="tabs whose".*?</nav>', html(response), re.S)
    return re.search(r'aria-current="page"><span>(\w+)', tabs[0])[1] if tabs else ""


def status_of(comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def press(client, button: str, address=DONE):
    """The first form with this button, as a browser sends it."""
    for form in re.findall(r"<form method=\"post\".*?</form>", html(client.get(address)), re.S):
        if re.search(rf">{button}[^<]*<", form):
            fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            only = re.search(r'<button type="submit" name="(\w+)" value="(\w+)"', form)
            fields |= {only[1]: only[2]} if only else {}
            return client.post("/moderation/undo/", fields)
    raise AssertionError(f"no button {button}")


def test_what_was_edited_since_is_not_offered_for_an_undo_that_cannot_be(mo):
    read, changed = make_many(2, status="approved")
    decide("spam", read, changed)
    Comment.objects.filter(pk=changed.pk).update(edited_at=timezone.now())
    assert standing(mo.get(DONE)) == [
        "Still stands. 1 was edited since: read it and approve it anew."
    ]
    address = f"{DONE}?batch={Decision.objects.last().batch}"
    assert html(mo.get(address)).count(">Undo: back to Approved<") == 2
    press(mo, "Undo")
    assert [status_of(read), status_of(changed)] == ["approved", "spam"]
    with pytest.raises(AssertionError, match="no button Undo"):
        press(mo, "Undo")


def test_a_text_that_is_all_link_is_named_all_the_same(mo):
    decide("spam", make_comment(body=f"https://spam.example/{'a' * 700}"))
    assert '<q dir="auto">https://spam.example/aaa' in html(mo.get(DONE))


def test_a_refused_undo_leads_back_to_it(mo):
    comment = make_comment()
    batch = decide("spam", comment)
    decide("approve", comment, by=make_user(Role.EDITOR))
    response = mo.post("/moderation/undo/", {"batch": batch, "next": DONE})
    assert response.status_code == 409 and "Back to “What I did”" in words(response)
    assert DONE in hrefs(response)


def test_a_text_is_named_as_readers_would_see_it(mo):
    decide(
        "spam", make_comment(body="See [the *lines*](https://lines.example/) & <b>more</b>. " * 40)
    )
    said = "See the lines (https://lines.example/) &amp; &lt;b&gt;more&lt;/b&gt;. See"
    assert f'<q dir="auto">{said}' in html(mo.get(DONE))


VERBS = [
    ("pending", "approve", "You approved 2 comments."),
    ("approved", "hold", "You unapproved 2 comments."),
    ("pending", "spam", "You marked 2 comments as spam."),
    ("pending", "trash", "You moved 2 comments to trash."),
    ("spam", "restore", "You restored 2 comments."),
]


@pytest.mark.parametrize(("status", "verb", "said"), VERBS)
def test_a_batch_is_one_row_in_words(mo, status, verb, said):
    decide(verb, *make_many(2, status=status))
    assert sentences(mo.get(DONE)) == [said]
    assert standing(mo.get(DONE)) == ["Still stands."]


UNDONE = [("spam", "approved", "undo"), ("spam", "pending", "undo")]
KEPT = ("approved", "approved", "keep")
SENTENCES = [
    ("restore", {("spam", "approved", "")}, "You restored 2 comments."),
    ("undo", set(UNDONE), "You put 2 comments back."),
    ("undo", {UNDONE[0]}, "You put 2 comments back to Approved."),
    ("approve", {("pending", "approved", "unchecked")}, "You approved 2 comments."),
    ("approve", {KEPT}, "You looked again and kept 2 comments."),
    ("approve", {KEPT, ("pending", "approved", "")}, "You approved 2 comments."),
    ("erase", {("spam", "trash", "erased")}, "You erased an address: 2 comments taken down."),
]


@pytest.mark.parametrize("verb", sorted({*Batch.Verb.values} - {"withdraw"}))
def test_each_verb_has_a_sentence_for_a_colleague(verb):
    moves = {("spam", "pending", "")}
    sentence = my_decisions_sentences.press_sentence(verb, moves, 2, "Ada")
    oneself = my_decisions_sentences.press_sentence(verb, moves, 2)
    assert sentence == oneself.replace("You", "Ada")


@pytest.mark.parametrize(("verb", "moves", "said"), SENTENCES)
def test_each_kind_has_its_sentence(verb, moves, said):
    assert my_decisions_sentences.press_sentence(verb, moves, 2) == said


def test_thousands_are_counted_as_the_queue_counts_them():
    moves = {("pending", "spam", "")}
    assert (
        my_decisions_sentences.press_sentence("spam", moves, 1_204)
        == "You marked 1,204 comments as spam."
    )


def test_a_restore_to_approved_is_told_as_a_restore(mo):
    comment = make_comment(status="approved")
    decide("trash", comment)
    decide("restore", comment)
    assert sentences(mo.get(DONE)) == ["You restored 1 comment.", "You moved 1 comment to trash."]


def test_a_batch_goes_with_the_last_of_its_comments(mo):
    first, second = make_many(2)
    batch = decide("trash", first, second)
    purge.delete([first.pk])
    assert sentences(mo.get(DONE)) == ["You moved 1 comment to trash."]
    purge.delete([second.pk])
    assert sentences(mo.get(DONE)) == []
    assert not Batch.objects.filter(pk=batch).exists()


def test_a_single_one_is_named_with_its_first_words_and_its_post(mo):
    comment = make_comment(author_name="Zoë <b>", body="The bell was heard. " * 30)
    decide("trash", comment)
    said = words(mo.get(DONE))
    assert "You moved 1 comment to trash." in said
    assert f"Zoë <b> on {comment.post.title}: The bell was heard." in said
    assert len(said) < 900


def test_the_newest_stands_first_and_an_undo_is_a_row_too(mo):
    comment, other = make_comment(), make_comment()
    batch = decide("trash", comment)
    decide("approve", other)
    Comment.undo(batch, by=moderator())
    said = sentences(mo.get(DONE))
    assert said == [
        "You put 1 comment back to Pending.",
        "You approved 1 comment.",
        "You moved 1 comment to trash.",
    ]


def test_only_ones_own_decisions_are_listed(mo):
    editor = make_user(Role.EDITOR)
    decide("trash", make_comment(), by=editor)
    make_comment().set_aside(reason="akismet")
    said = words(mo.get(DONE))
    assert "You have decided nothing yet." in said


def test_it_is_undone_and_redone_without_a_time_limit(mo):
    made = make_many(3)
    decide("spam", *made)
    Decision.objects.update(created_at=timezone.now() - timezone.timedelta(days=700))
    response = press(mo, "Undo")
    assert (response.status_code, response["Location"]) == (303, DONE)
    assert set(map(status_of, made)) == {"pending"}
    page = mo.get(DONE)
    assert "3 comments put back." in words(page)
    said = standing(mo.get(DONE))
    assert said[0] == "Still stands." and said[1].startswith("Undone by Mo Derator, ")
    assert press(mo, "Mark as spam again").status_code == 303
    assert set(map(status_of, made)) == {"spam"}
    assert standing(mo.get(DONE))[2].startswith("Undone and done again by Mo Derator, ")


def test_what_stands_no_more_offers_no_undo(mo):
    comment = make_comment()
    decide("spam", comment)
    decide("approve", comment, by=make_user(Role.EDITOR, display_name="Ana Swift"))
    page = mo.get(DONE)
    assert standing(page)[0].startswith("Changed since by Ana Swift, ")
    assert 'action="/moderation/undo/"' not in html(page)


def test_a_batch_of_which_a_colleague_changed_one_says_so(mo):
    made = make_many(3)
    decide("spam", *made)
    decide("approve", made[1], by=make_user(Role.EDITOR, display_name="Ana Swift"))
    assert standing(mo.get(DONE))[0].startswith("2 still stand. Changed since by Ana Swift, ")
    press(mo, "Undo")
    assert list(map(status_of, made)) == ["pending", "approved", "pending"]


def test_the_spam_check_and_its_author_are_named_as_such(mo):
    withdrawn = make_comment()
    decide("approve", withdrawn)
    Comment.objects.get(pk=withdrawn.pk).withdraw()
    page = mo.get(DONE)
    assert standing(page)[0].startswith("Withdrawn by its author, ")
    assert 'action="/moderation/undo/"' not in html(page)


def test_a_batch_opens_to_its_comments_and_one_is_taken_back_alone(mo):
    made = make_many(5)
    batch = decide("trash", *made)
    page = mo.get(DONE)
    assert "and 4 more" in words(page)
    address = f"{DONE}?batch={batch}"
    assert address in hrefs(page)
    opened = mo.get(address)
    assert all(comment.author_name in words(opened) for comment in made)
    response = press(mo, "Undo: back to Pending<", address)
    assert response["Location"] == address
    assert list(map(status_of, made)) == ["pending"] + ["trash"] * 4
    assert "Pending · Undone by Mo Derator, " in words(mo.get(address))


@pytest.mark.parametrize(
    "batch", ["", "x", "\0", "9" * 5_000, "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"]
)
def test_a_made_up_batch_is_not_found(mo, batch):
    assert mo.get(DONE, {"batch": batch}).status_code == 404


def test_who_decides_everywhere_opens_the_batch_of_a_colleague(mo):
    batch = decide("trash", make_comment(), by=make_user(Role.EDITOR, display_name="Ana Swift"))
    page = mo.get(DONE, {"batch": str(batch)})
    assert sentences(page) == ["Ana Swift moved 1 comment to trash."]
    assert link(page, "What everyone did") == EVERYONE


def test_the_batch_of_the_spam_check_is_not_opened(mo):
    batch = make_comment().set_aside(reason="akismet").batch
    assert mo.get(DONE, {"batch": str(batch)}).status_code == 404


def test_an_author_does_not_open_the_batch_of_a_colleague(client):
    comment = make_comment()
    batch = decide("trash", comment)
    client.force_login(comment.post.author)
    assert client.get(DONE, {"batch": str(batch)}).status_code == 404


def test_everyones_presses_say_who_pressed_and_ones_own_say_you(mo):
    decide("approve", *make_many(3), by=make_user(Role.EDITOR, display_name="Ada"))
    decide("spam", make_comment())
    page = mo.get(EVERYONE)
    assert sentences(page) == ["You marked 1 comment as spam.", "Ada approved 3 comments."]
    assert shown(page) == "Everyone" and "What everyone did" in words(page)
    assert shown(mo.get(DONE)) == "Mine"
    assert sentences(mo.get(DONE)) == ["You marked 1 comment as spam."]


def test_the_press_of_somebody_who_has_left_stays(mo):
    ada = make_user(Role.EDITOR)
    batch = decide("spam", *make_many(2), by=ada)
    ada.delete()
    page = mo.get(EVERYONE)
    assert sentences(page) == ["Somebody who has left marked 2 comments as spam."]
    assert mo.get(DONE, {"batch": str(batch)}).status_code == 200


def test_what_the_machine_and_commenters_do_are_no_presses(mo):
    make_comment().set_aside(reason="akismet")
    make_comment().set_aside(reason="words")
    make_comment().withdraw()
    assert rows(mo.get(EVERYONE)) == []
    assert "Nobody has decided anything yet." in words(mo.get(EVERYONE))


def test_the_press_of_a_colleague_is_undone_and_that_is_a_press_too(mo):
    made = make_many(2)
    decide("spam", *made, by=make_user(Role.EDITOR, display_name="Ada"))
    response = press(mo, "Undo", EVERYONE)
    assert (response.status_code, response["Location"]) == (303, EVERYONE)
    assert set(map(status_of, made)) == {"pending"}
    page = mo.get(EVERYONE)
    assert sentences(page) == [
        "You put 2 comments back to Pending.",
        "Ada marked 2 comments as spam.",
    ]
    assert standing(page)[1].startswith("Undone by Mo Derator, ")


def test_what_was_edited_since_a_colleague_read_it_is_not_published_by_an_undo(mo):
    (comment,) = make_many(1, status="approved")
    decide("spam", comment, by=make_user(Role.EDITOR))
    Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now())
    with pytest.raises(AssertionError, match="no button Undo"):
        press(mo, "Undo", EVERYONE)


def test_an_author_is_shown_own_presses_alone_even_by_a_typed_address(client):
    comment = make_comment()
    decide("approve", make_comment(comment.post))
    decide("trash", comment, by=comment.post.author)
    client.force_login(comment.post.author)
    page = client.get(EVERYONE)
    assert sentences(page) == ["You moved 1 comment to trash."]
    assert shown(page) == "" and EVERYONE not in hrefs(page)


@pytest.mark.parametrize("who", ["", "Everyone", "1", "\0"])
def test_any_other_who_is_oneself(mo, who):
    decide("trash", make_comment(), by=make_user(Role.EDITOR))
    assert shown(mo.get(DONE, {"who": who})) == "Mine"


def test_presses_are_listed_by_day(mo):
    decide("trash", make_comment())
    decide("trash", make_comment())
    Batch.objects.filter(pk=rows(mo.get(DONE))[1]).update(at=datetime(2026, 1, 5, 9, 4, tzinfo=UTC))
    page = mo.get(DONE)
    days = re.findall(r'<h2 class="day" id="day-\d">(.*?)</h2>', html(page))
    assert days == [full_date(timezone.now()), "5 January 2026"]
    assert ">09:04</time>" in html(page)


def pages(client, address) -> list[list[str]]:
    found = []
    while address:
        response = client.get(address)
        found.append(re.findall(r'id="(?:batch|part)-([\w-]+)"', html(response)))
        following = [href for href in hrefs(response) if "after=" in href and href[0] == "?"]
        address = following and f"{DONE}{following[-1]}"
    return found


def test_pages_neither_skip_nor_repeat(mo, monkeypatch):
    monkeypatch.setattr(my_decisions, "PER_PAGE", 2)
    batches = [str(decide("trash", *make_many(2))) for _n in range(5)]
    found = pages(mo, DONE)
    assert found == [batches[:2:-1], batches[2:0:-1], batches[:1]]


def test_the_pages_of_a_batch_neither_skip_nor_repeat(mo, monkeypatch):
    monkeypatch.setattr(my_decisions, "PER_BATCH_PAGE", 2)
    batch = decide("trash", *make_many(5))
    found = [pk for page in pages(mo, f"{DONE}?batch={batch}") for pk in page]
    expected = [str(pk) for pk in Decision.objects.filter(batch=batch).values_list("pk", flat=True)]
    assert found == expected


def test_pages_of_everyones_presses_neither_skip_nor_repeat(mo, monkeypatch):
    monkeypatch.setattr(my_decisions, "PER_PAGE", 2)
    people = [moderator(), make_user(Role.EDITOR), make_user(Role.EDITOR)]
    batches = [str(decide("trash", make_comment(), by=people[n % 3])) for n in range(5)]
    found = pages(mo, EVERYONE)
    assert [pk for page in found for pk in page] == batches[::-1]


def test_two_batches_made_at_the_same_time_are_both_there(mo):
    """Their rows lie between each other's, as where one is of thousands."""
    one, other, third = uuid4(), uuid4(), uuid4()
    for batch in (third, other, one):
        Batch.objects.create(pk=batch, by=moderator(), verb="trash", at=timezone.now())
    made = make_many(7)
    for comment, batch in zip(made, [one, other, one, third, one, other, one], strict=True):
        Decision.objects.create(
            comment=comment,
            by=moderator(),
            by_a_person=True,
            old_status="pending",
            new_status="trash",
            batch=batch,
            created_at=timezone.now(),
        )
    (found,) = pages(mo, DONE)
    assert found == [str(one), str(other), str(third)]


@pytest.mark.parametrize("after", ["x", "-1", "0", "1", "9" * 18, "9" * 40, "٣"])
def test_a_made_up_place_is_no_error(mo, after):
    decide("trash", make_comment())
    assert mo.get(DONE, {"after": after}).status_code == 200


def test_of_a_large_batch_the_first_are_looked_at_and_that_is_said(mo, monkeypatch):
    monkeypatch.setattr(my_decisions, "LOOKED_AT", 2)
    made = make_many(4)
    decide("trash", *made)
    decide("approve", made[0], by=make_user(Role.EDITOR, display_name="Ana Swift"))
    said = standing(mo.get(DONE))[0]
    assert said.startswith("Of the first 2: 1 still stands. Changed since by Ana Swift, ")
    assert "You moved 4 comments to trash." in sentences(mo.get(DONE))


def test_a_large_batch_is_taken_back_where_only_later_ones_of_it_stand(mo, monkeypatch):
    monkeypatch.setattr(my_decisions, "LOOKED_AT", 1)
    made = make_many(3)
    decide("trash", *made)
    decide("approve", made[0], by=make_user(Role.EDITOR))
    press(mo, "Undo")
    assert list(map(status_of, made)) == ["approved", "pending", "pending"]


def test_an_author_reads_of_own_posts_alone(client):
    own, other = make_comment(), make_comment()
    author = own.post.author
    other.post.bylines.create(user=author)
    decide("trash", own, by=author)
    batch = decide("trash", other, by=author)
    client.force_login(author)
    assert len(sentences(client.get(DONE))) == 2
    other.post.bylines.all().delete()
    assert own.author_name in words(client.get(DONE))
    assert other.author_name not in words(client.get(DONE))
    assert len(sentences(client.get(DONE))) == 1
    assert client.get(DONE, {"batch": str(batch)}).status_code == 404


def test_however_much_was_done_the_page_asks_as_often(mo, django_assert_max_num_queries):
    decide("trash", *make_many(2))
    mo.get(DONE)
    with django_assert_max_num_queries(11) as few:
        mo.get(DONE)
    for _n in range(20):
        decide("spam", *make_many(5))
    mo.get(DONE)
    with django_assert_max_num_queries(11) as many:
        mo.get(DONE)
    assert len(many) == len(few)
    assert len(rows(mo.get(DONE))) == 21


def test_everyones_presses_are_read_by_as_many_queries(mo, django_assert_max_num_queries):
    decide("trash", *make_many(2))
    mo.get(EVERYONE)
    with django_assert_max_num_queries(11) as few:
        mo.get(EVERYONE)
    for _n in range(10):
        decide("spam", *make_many(3), by=make_user(Role.EDITOR))
    mo.get(EVERYONE)
    with django_assert_max_num_queries(11) as many:
        mo.get(EVERYONE)
    assert len(many) == len(few)
    assert len(rows(mo.get(EVERYONE))) == 11


def test_it_is_linked_in_the_head_of_the_queue(mo):
    assert DONE in hrefs(mo.get("/moderation/"))
    assert f'<a href="{DONE}" aria-current="page">' in html(mo.get(DONE))
