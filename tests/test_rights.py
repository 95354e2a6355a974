"""Who may open what: every address of the site against every role."""

import pytest
from django.conf import settings

from blog.views import lists
from tests.world import ROLES, World, addresses

pytestmark = pytest.mark.django_db


def answer(response) -> str:
    """The status, and where a redirection goes to."""
    place = response.headers.get("Location", "").partition("?")[0]
    known = {"/login/": "login", "/admin/login/": "login", "/admin/": "index"}
    return known.get(place, str(response.status_code))


# What a GET answers, one column for each of ROLES: anonymous, reader, Administrator, Editor,
# Author, Contributor, Moderator, superuser. "login", "index": sent to the login, the admin's index.
TABLE = {
    "200 200 200 200 200 200 200 200": """
        home home-page tag tag-page tags author author-page archive archive-page year year-page
        month month-page post page corrections corrections-page comment-status reply report
        feed tag-feed author-feed post-feed comments-feed corrections-feed
        feed-atom tag-feed-atom author-feed-atom post-feed-atom comments-feed-atom
        feed-json tag-feed-json author-feed-json post-feed-json comments-feed-json
        corrections-feed-atom corrections-feed-json
        sitemap sitemap-lists sitemap-posts sitemap-tags sitemap-authors robots
        media find mail-choice theme preview search favicon
        password_reset password_reset_done password_reset_confirm password_reset_complete
        healthz readyz""",
    "301 301 301 301 301 301 301 301": """
        home-page-one archive-page-one tag-page-one author-page-one year-page-one month-page-one
        comments-page-one corrections-page-one""",
    "302 302 302 302 302 302 302 302": "comment",
    "404 404 404 404 404 404 404 404": "comments-page admin:view_on_site admin/r/<path:row>",
    "405 405 405 405 405 405 405 405": "comment-submit logout",
    "200 302 302 302 302 302 302 302": "login",
    "login login login login login login login login": "admin/login/ admin:login",
    "login 302 index index index index 302 index": "desk",
    # moderators; a comment under somebody else's post is none of an Author's business
    "login 403 200 200 200 403 200 200": "queue done many news",
    "login 403 200 200 404 403 200 200": """
        history letter moderator-reply moderator-edit closing""",
    "login 403 405 405 405 403 405 405": "decide undo evidence akismet-ask akismet-test",
    "login 403 405 405 403 403 405 405": "unblock",
    "login 403 200 200 403 403 200 200": "akismet policy block-author block-network empty",
    "login 403 200 403 403 403 403 200": "privacy",
    # the admin: everybody who works here
    "login login 200 200 200 200 200 200": """
        admin:index admin:jsi18n admin:password_change admin:password_change_done
        admin/password_change/ profile""",
    "login login 302 302 302 302 302 302": """
        admin:<path:object_id>/""",
    "login login 302 302 404 404 302 302": "admin:comments_comment_change",
    "login login 404 404 404 404 404 404": "admin:(?P<url>.*)$",
    "index index 405 405 405 405 405 405": "admin:logout",
    "login login 405 405 405 405 405 405": "admin:blog_image_upload admin:blog_post_name",
    "login login 403 403 403 403 403 403": """
        admin:blog_correction_add
        admin:autocomplete admin:blog_user_delete
        admin:blog_site_add admin:blog_site_delete
        admin:comments_comment_add admin:comments_comment_delete
        admin:blog_tagmerge_add admin:blog_tagmerge_delete
        admin:blog_postbatch_add admin:blog_postbatch_delete
        admin:django_tasks_database_dbtaskresult_add
        admin:django_tasks_database_dbtaskresult_delete""",
    # those who write
    "login login 200 200 200 200 404 200": "admin:app_list",
    "login login 200 200 200 200 403 200": """
        admin:blog_post_changelist admin:blog_postbatch_changelist
        admin:blog_image_changelist admin:blog_image_add
        admin:blog_image_change admin:blog_image_history
        admin:blog_tag_changelist admin:blog_tag_change admin:blog_tag_history""",
    "login login 302 302 302 302 403 302": "admin:blog_post_add admin:blog_post_many",
    "login login 200 200 index index 403 200": """
        admin:blog_post_change admin:blog_postbatch_change""",
    "login login 200 200 index index index 200": """
        admin:blog_post_history admin:blog_postbatch_history""",
    "login login 200 200 404 404 403 200": "admin:blog_postbatch_undo",
    "login login 302 302 404 404 404 302": """
        admin:blog_post_preview admin:blog_post_compare admin:blog_post_unsaved""",
    "login login 200 200 404 404 404 200": """
        admin:blog_post_preview_link admin:blog_post_restore""",
    "401 403 405 405 405 405 405 405": "admin:blog_post_autosave",
    "401 403 200 200 200 200 200 200": "admin:blog_post_token",
    "401 403 200 200 200 200 403 200": "admin:blog_post_tags",
    # Editors
    "login login 200 200 403 403 403 200": """
        admin:blog_image_delete admin:blog_tag_add admin:blog_tag_delete
        admin:blog_oldpath_changelist admin:blog_oldpath_add admin:blog_oldpath_change
        admin:blog_oldpath_history admin:blog_oldpath_delete
        admin:blog_correction_changelist admin:blog_correction_change
        admin:blog_correction_history admin:blog_correction_delete
        admin:blog_tagmerge_changelist admin:blog_tagmerge_change admin:blog_tagmerge_history
        admin:blog_tagmerge_undo""",
    # only from the trash, where this post is not
    "login login 302 302 403 403 403 302": "delete-post admin:blog_post_delete",
    # Administrators
    "login login 200 403 403 403 403 200": """
        admin:blog_user_changelist admin:blog_user_add admin:blog_user_change
        admin:blog_user_history admin:auth_user_password_change
        admin:blog_site_change admin:blog_site_history""",
    "login login 302 403 403 403 403 302": "admin:blog_site_changelist",
    "login login 403 403 403 403 403 200": """
        admin:django_tasks_database_dbtaskresult_changelist
        admin:django_tasks_database_dbtaskresult_change
        admin:django_tasks_database_dbtaskresult_history""",
    # moderators in the admin
    "login login 302 302 302 403 302 302": "admin:comments_comment_changelist",
    "login login 200 200 index index 200 200": "admin:comments_comment_history",
}
EXPECTED = {name: row.split() for row, names in TABLE.items() for name in names.split()}


# What a POST answers where a GET gets no further than 405, for the same roles. Nobody without a
# session loses what was typed: 403. Of a comment or batch of others, an Author has 404 and 409.
POSTED_TABLE = {
    "303 303 303 303 303 303 303 303": "comment-submit",
    "302 302 302 302 302 302 302 302": "logout",
    "index index 302 302 302 302 302 302": "admin:logout",
    "login login 400 400 400 400 403 400": "admin:blog_image_upload",
    "403 403 303 303 409 403 303 303": "decide undo",
    "401 403 200 200 404 404 404 200": "admin:blog_post_autosave",
    "403 403 302 302 404 403 302 302": "evidence",
    "403 403 303 303 403 403 303 303": "unblock",
    "403 403 303 403 403 403 403 303": "akismet-ask akismet-test",
    "403 403 302 302 404 404 404 302": "admin:blog_post_name",
}
POSTED = {name: row.split() for row, names in POSTED_TABLE.items() for name in names.split()}
SENT = {
    "comment-submit": {"name": "Ana", "email": "ana@example.net", "body": "Nobody got in."},
    "decide": {"verb": "hold", "row": "{comment.public_id}.{comment.version}"},
    "undo": {"batch": "{batch}"},
    "evidence": {"note": "a threat"},
    "unblock": {"list": "networks", "line": "203.0.113.7"},
    "admin:blog_post_name": {"name": "Before the cut"},
}
TOKEN = "a" * 32


@pytest.fixture
def world(db, own_folder, mail_server, monkeypatch):
    monkeypatch.setattr(lists, "TITLES", 1)
    return World()


def test_every_address_has_an_expectation_and_every_expectation_an_address():
    assert set(addresses()) ^ set(EXPECTED) == set()


@pytest.mark.parametrize("role", ROLES)
def test_the_table_is_what_the_site_answers(world, role):
    client, column = world.client(role), ROLES.index(role)
    found = {name: answer(client.get(world.path(name))) for name in EXPECTED}
    assert found == {name: row[column] for name, row in EXPECTED.items()}


def send(world, role: str, name: str, token: str) -> str:
    """A form as a browser sends it."""
    client = world.client(role, enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    fields = {key: value.format(**vars(world)) for key, value in SENT.get(name, {}).items()}
    fields |= {"csrfmiddlewaretoken": token}
    return answer(client.post(world.path(name), fields, headers={"Sec-Fetch-Site": "same-origin"}))


def test_every_address_that_only_takes_forms_has_an_expectation_of_its_own():
    assert {name for name, row in EXPECTED.items() if "405" in row} == set(POSTED)


@pytest.mark.parametrize("role", ROLES)
def test_the_table_is_what_the_site_answers_to_forms(world, role):
    column = ROLES.index(role)
    found = {name: send(world, role, name, TOKEN) for name in POSTED}
    assert found == {name: row[column] for name, row in POSTED.items()}


@pytest.mark.parametrize("role", ["reader", "Administrator"])
def test_no_form_of_somebody_signed_in_is_taken_without_the_token(world, role):
    assert {send(world, role, name, "b" * 32) for name in POSTED} == {"403"}
