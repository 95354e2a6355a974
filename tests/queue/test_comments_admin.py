"""The admin's entry for comments leads to the queue."""

import pytest

from blog.models import Role
from comments.models import Comment
from tests.factories import make_comment, make_user
from tests.pages import html

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


def test_the_entry_of_the_index_leads_to_the_queue(mo):
    assert f'href="{LIST}"' in html(mo.get("/admin/"))
    assert mo.get(LIST)["Location"] == "/moderation/"


@pytest.mark.parametrize("query", ["q=%00", "q=bridge", "status=none-such", "o=99", "p=9999"])
def test_whatever_is_asked_it_leads_to_the_queue(mo, query):
    assert mo.get(f"{LIST}?{query}")["Location"] == "/moderation/"


def test_an_author_is_led_to_the_queue_too(client):
    client.force_login(make_comment().post.author)
    assert client.get(LIST, follow=True).redirect_chain == [("/moderation/", 302)]


def test_a_contributor_sees_none(client):
    client.force_login(make_user(Role.CONTRIBUTOR))
    assert client.get(LIST).status_code == 403


def test_nothing_is_added_changed_deleted_or_decided_here(mo):
    comment = make_comment()
    row = f"{comment.public_id}.{comment.version}"
    selected = {"_selected_action": comment.pk, f"row-{comment.pk}": row, "index": "0"}
    mo.post(LIST, selected | {"action": "approve"})
    mo.post(LIST, {"one": f"approve.{row}"})
    assert mo.get(f"{LIST}add/").status_code == 403
    assert mo.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    response = mo.post(f"{LIST}{comment.pk}/change/", {"status": "approved"})
    assert response["Location"] == f"/moderation/{comment.public_id}/history/"
    assert Comment.objects.get().status == "pending"


@pytest.mark.parametrize("pk", ["999999", "9" * 18])
def test_what_is_not_there_is_no_error(mo, pk):
    assert mo.get(f"{LIST}{pk}/change/", follow=True).status_code == 404
