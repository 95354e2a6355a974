"""The policy as moderators edit it: explained, kept as typed, recorded."""

import re

import pytest
from django.forms.models import model_to_dict
from django.urls import NoReverseMatch, reverse

from blog.cache import versions
from blog.models import Role
from comments.models import Policy, PolicyChange
from comments.policy.change_sentences import sentence
from comments.policy.form import EXPLAINED, PolicyForm
from tests.factories import make_post, make_user, moderator, send_comment
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

ADDRESS = "/moderation/policy/"


def typed(**fields) -> dict:
    """The form as the page shows it to who opens it now, with what a person changed."""
    shown = model_to_dict(Policy.stored(), exclude=["id"])
    return shown | {f"initial-{name}": value for name, value in shown.items()} | fields


def test_each_rule_is_explained_with_what_a_reader_sees_and_an_example(mo):
    page = words(mo.get(ADDRESS))
    for name in PolicyForm.Meta.fields:
        told = EXPLAINED[name]
        assert str(told.does) in page
        assert f"A reader sees: {told.reader} Example: {told.example}" in page


def test_every_field_of_the_policy_is_on_the_page():
    stored = {field.name for field in Policy._meta.fields} - {"id"}
    assert set(PolicyForm.Meta.fields) == set(EXPLAINED) == stored


def test_the_queues_head_leads_to_it(mo):
    assert ADDRESS in hrefs(mo.get("/moderation/"))


def test_who_may_only_decide_under_own_posts_is_not_led_there(client):
    client.force_login(make_user(Role.AUTHOR))
    assert ADDRESS not in hrefs(client.get("/moderation/"))


def test_the_admin_has_no_second_place_for_it(mo):
    with pytest.raises(NoReverseMatch):
        reverse("admin:comments_policy_changelist")
    assert "policy" not in html(mo.get("/admin/"))


def test_what_is_saved_counts_at_once_and_the_page_says_so(mo):
    response = mo.post(ADDRESS, typed(hold_words="nobody\r\ncasino", link_limit="3"))
    assert (response.status_code, response["Location"]) == (303, ADDRESS)
    assert "The policy is saved." in words(mo.get(ADDRESS))
    assert "The policy is saved." not in words(mo.get(ADDRESS))
    stored = Policy.stored()
    assert (stored.hold_words, stored.link_limit) == ("nobody\ncasino", 3)
    post = make_post()
    send_comment(mo.__class__(), post, body="Nobody got in.")
    assert post.comments.get().held_because == [["words", "nobody"]]


def test_kept_pages_are_made_anew_only_when_something_changed(mo):
    mo.post(ADDRESS, typed(depth="4"))
    before = versions.read(versions.SITE)
    mo.post(ADDRESS, typed())
    assert versions.read(versions.SITE) == before
    mo.post(ADDRESS, typed(depth="3"))
    assert versions.read(versions.SITE) != before


WRONG = [
    ("networks", "203.0.113.7\n0.0.0.0/0", "“0.0.0.0/0” is too wide: at most /8 can be shut out."),
    ("networks", "127.0.0.1", "“127.0.0.1” is private"),
    ("networks", "my neighbour", "“my neighbour” is not an address or a network."),
    ("block_words", "casino\ne", "“e” stands in nearly every comment: all of them would be spam."),
    ("block_words", "*e*", "“*e*” stands in nearly every comment: all of them would be spam."),
    ("block_words", "casino\n**", "“**” has no letter or sign to look for."),
    ("hold_words", "*", "“*” has no letter or sign to look for."),
    ("hold_words", "w\n" * 5_001, "At most 5,000 lines."),
    ("hold_words", "one\0two", "Null characters are not allowed."),
    ("link_limit", "", "This field is required."),
    ("link_limit", "-1", "greater than or equal to 0"),
    ("link_limit", "many", "Enter a whole number."),
    ("depth", "0", "greater than or equal to 1"),
    ("depth", "11", "less than or equal to 10"),
    ("close_after_days", "99999999999999999999", "less than or equal to 3650"),
    ("hold_after_days", "3651", "less than or equal to 3650"),
    ("seconds_between", "3601", "less than or equal to 3600"),
    ("checks_an_hour", "0", "greater than or equal to 1"),
    ("spam_days", "0", "greater than or equal to 1"),
    ("trash_days", "3651", "less than or equal to 3650"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_kept(mo, name, value, said):
    fields = {"hold_words": "my own word", "trash_days": "29", "try-body": "Half a thought."}
    response = mo.post(ADDRESS, typed(**fields | {name: value}))
    assert response.status_code == 422
    form = response.context_data["form"]
    assert [said in error for error in form.errors[name]].count(True) == 1
    (field,) = re.findall(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', html(response))
    assert 'aria-invalid="true"' in field
    assert f'aria-describedby="id_{name}_helptext id_{name}_error"' in field
    assert f'href="#id_{name}"' in html(response)
    for kept, text in (fields | {name: value}).items():
        if not kept.startswith("try-"):
            assert form[kept].value() == text
    assert "Half a thought." in words(response)
    assert not Policy.objects.exists()
    assert not PolicyChange.objects.exists()


def test_every_wrong_line_of_networks_is_named(mo):
    page = words(mo.post(ADDRESS, typed(networks="::/0\n203.0.113.7\nx\n10.0.0.1")))
    for line in ("“::/0” is too wide", "“x” is not an address", "“10.0.0.1” is private"):
        assert line in page


def test_who_changed_what_and_when_is_written_below(mo):
    mo.post(ADDRESS, typed(hold_words="old\nsame", link_limit="3"))
    mo.post(ADDRESS, typed(hold_words="same\nnew"))
    page = words(mo.get(ADDRESS))
    first = "words that mark a comment: added “old”, “same”; links that mark a comment: 2 → 3"
    assert f"Mo Derator {first}" in page
    assert "Mo Derator words that mark a comment: added “new”, taken out “old”" in page
    assert page.index("taken out “old”") < page.index("2 → 3")


def test_the_record_outlives_the_account(mo):
    mo.post(ADDRESS, typed(link_limit="3"))
    mo.force_login(make_user(Role.EDITOR))
    moderator().delete()
    assert "Someone who has left links that mark a comment: 2 → 3" in words(mo.get(ADDRESS))


def test_a_long_list_is_recorded_whole_and_shown_in_part(mo):
    mo.post(ADDRESS, typed(block_words="\n".join(f"word{n}" for n in range(12))))
    change = PolicyChange.objects.get()
    assert change.changes == {"block_words": [[], [f"word{n}" for n in range(12)]]}
    assert sentence(change.changes).endswith("“word9” and 2 more")


def test_lines_in_another_order_are_a_change_too(mo):
    mo.post(ADDRESS, typed(hold_words="one\ntwo"))
    mo.post(ADDRESS, typed(hold_words="two\none"))
    assert "words that mark a comment: put in another order" in words(mo.get(ADDRESS))


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.CONTRIBUTOR])
def test_who_may_not_change_it_changes_nothing(client, role):
    client.force_login(make_user(role))
    assert client.post(ADDRESS, typed(link_limit="9")).status_code == 403
    assert not Policy.objects.exists()
