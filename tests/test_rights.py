"""Who may open what: every address of the site against every role."""

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from blog import tasks
from blog.backends import RoleBackend
from blog.editing import preview_link
from blog.models import Correction, Image, OldPath, Post, Revision, Role, Site, Tag
from comments import signed_links
from comments.models import Decision
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user, picture

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "reader", *(role.value for role in Role), "superuser")


def addresses(resolver=None, space="") -> list[str]:
    """The name of every pattern, and the route itself where it has none."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += addresses(pattern, inner)
        else:
            found.append(f"{space}{pattern.name or pattern.pattern}")
    return found


def answer(response) -> str:
    """The status, and where a redirection goes to."""
    place = response.headers.get("Location", "").partition("?")[0]
    known = {"/login/": "login", "/admin/login/": "login", "/admin/": "index"}
    return known.get(place, str(response.status_code))


class World:
    """One row of each kind, none of which belongs to any of the people who ask."""

    def __init__(self):
        self.site = Site.objects.create(pk=1, accent="#0b6e4f", posts_per_page=1)
        self.people = {role.value: make_user(role) for role in Role}
        self.people["reader"] = make_user()
        self.people["superuser"] = make_user(is_staff=True, is_superuser=True)
        self.user = make_user(Role.AUTHOR)
        self.post = make_post(author=self.user, title="Theirs", tags=["Tram"])
        make_post(author=self.user, title="Another", tags=["Tram"])
        self.preview = self._linked(make_post(author=self.user, status="draft"))
        self.page = make_post(kind="page", title="About us")
        self.comment = make_comment(self.post, status="approved")
        self.batch = make_comment(self.post).trash(by=self.people["Editor"]).batch
        self.tag = Tag.objects.get()
        self.image = Image.objects.create(file=picture(), sha256="0")
        for text in ("It was two.", "It was three."):
            self.correction = Correction.objects.record(self.post, text, by=self.user)
        self.revision = Revision.record(self.post, by=self.user, kind=Revision.Kind.SAVE)
        self.oldpath = OldPath.objects.create(path="/2020/01/before/", post=self.post)
        self.dbtaskresult = tasks.send_password_link.enqueue(self.user.pk, "reset").db_result

    @staticmethod
    def _linked(draft) -> list[str]:
        token = preview_link.make(draft, timezone.now()).split("/")[-2]
        return [token[:36], token[37:]]

    def client(self, role: str, **options) -> Client:
        client = Client(**options)
        if role != "anonymous":
            client.force_login(self.people[role])
        return client

    def path(self, name: str) -> str:
        if name in UNNAMED:
            return UNNAMED[name].format(self.post.pk)
        return reverse(name, args=self._args(name))

    def _args(self, name: str) -> list:
        kind, _, verb = name.partition(":")[2].rpartition("_")
        if verb in ("change", "history", "delete") and not name.endswith("password_change"):
            return [getattr(self, kind.rpartition("_")[2]).pk]
        day, path = self.post.published_at, self.post.path[1:]
        uid = urlsafe_base64_encode(str(self.user.pk).encode())
        args = {
            "admin:auth_user_password_change": [self.user.pk],
            "admin:view_on_site": [ContentType.objects.get_for_model(Post).pk, self.post.pk],
            "admin:app_list": ["blog"],
            "admin:blog_post_autosave": [self.post.uuid],
            "admin:blog_post_unsaved": [self.post.uuid],
            "admin:blog_post_preview": [self.post.uuid],
            "admin:blog_post_preview_link": [self.post.uuid],
            "admin:blog_post_compare": [self.post.uuid],
            "admin:blog_post_restore": [self.post.uuid, self.revision.pk],
            "admin:blog_post_name": [self.post.uuid, self.revision.pk],
            "author-feed": [self.user.slug],
            "comment": [path, self.comment.public_id],
            "comment-status": [cookies.sign(self.comment)],
            "comment-submit": [path],
            "comments-page": [path, 2],
            "comments-page-one": [path],
            "evidence": [self.comment.public_id],
            "history": [self.comment.public_id],
            "letter": [self.comment.public_id],
            "block-author": [self.comment.public_id],
            "block-network": [self.comment.public_id],
            "closing": [self.post.pk],
            "delete-post": [self.post.pk],
            "mail-choice": ["address", signed_links.to_reader("address", "a@b.c").split("/")[-2]],
            "media": [self.image.file.name],
            "moderator-edit": [self.comment.public_id],
            "moderator-reply": [self.comment.public_id],
            "page": [self.page.path[1:]],
            "password_reset_confirm": [uid, "set-password"],
            "post": [path],
            "preview": self.preview,
            "post-feed": [path],
            "reply": [path, self.comment.public_id],
            "report": [path, self.comment.public_id],
            "tag-feed": [self.tag.slug],
            "theme": [self.site.theme_name],
        }
        lists = {
            "home": [],
            "corrections": [],
            "tag": [self.tag.slug],
            "author": [self.user.slug],
            "year": [day.year],
            "month": [day.year, day.month],
        }
        for key, start in lists.items():
            args |= {key: start, f"{key}-page-one": start, f"{key}-page": [*start, 2]}
        return args.get(name, [])


UNNAMED = {
    "admin/password_change/": "/admin/password_change/",
    "admin/r/<path:row>": "/admin/r/1/{}/",
    "admin/login/": "/admin/login/",
    "admin:<path:object_id>/": "/admin/blog/post/{}/",
    "admin:(?P<url>.*)$": "/admin/nowhere",
}

# What a GET answers, one column for each of ROLES: anonymous, reader, Administrator, Editor,
# Author, Contributor, Moderator, superuser. "login", "index": sent to the login, the admin's index.
TABLE = {
    "200 200 200 200 200 200 200 200": """
        home home-page tag tag-page tags author author-page archive year year-page month month-page
        post page corrections corrections-page corrections-feed
        feed tag-feed author-feed post-feed comments-feed comment-status reply report
        media find mail-choice theme preview
        password_reset password_reset_done password_reset_confirm password_reset_complete""",
    "301 301 301 301 301 301 301 301": """
        home-page-one tag-page-one author-page-one year-page-one month-page-one
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
        admin:django_tasks_database_dbtaskresult_add
        admin:django_tasks_database_dbtaskresult_delete""",
    # those who write
    "login login 200 200 200 200 404 200": "admin:app_list",
    "login login 200 200 200 200 403 200": """
        admin:blog_post_changelist
        admin:blog_image_changelist admin:blog_image_add
        admin:blog_image_change admin:blog_image_history
        admin:blog_tag_changelist admin:blog_tag_change admin:blog_tag_history""",
    "login login 302 302 302 302 403 302": "admin:blog_post_add",
    "login login 200 200 index index 403 200": "admin:blog_post_change",
    "login login 200 200 index index index 200": "admin:blog_post_history",
    "login login 302 302 404 404 404 302": """
        admin:blog_post_preview admin:blog_post_compare admin:blog_post_unsaved""",
    "login login 200 200 404 404 404 200": """
        admin:blog_post_preview_link admin:blog_post_restore""",
    "401 403 405 405 405 405 405 405": "admin:blog_post_autosave",
    "401 403 200 200 200 200 200 200": "admin:blog_post_token",
    # Editors
    "login login 200 200 403 403 403 200": """
        admin:blog_image_delete admin:blog_tag_add admin:blog_tag_delete
        admin:blog_oldpath_changelist admin:blog_oldpath_add admin:blog_oldpath_change
        admin:blog_oldpath_history admin:blog_oldpath_delete
        admin:blog_correction_changelist admin:blog_correction_change
        admin:blog_correction_history admin:blog_correction_delete""",
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
def world(db, own_folder, mail_server):
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


# Rows: own ones and others'.


def change_page(post) -> str:
    return reverse("admin:blog_post_change", args=[post.pk])


def post_fields(post, **fields) -> dict:
    """The change form as the admin shows it to somebody who may write."""
    shown = {"_version": post.version, "title": post.title, "body": post.body}
    return {**shown, "comments_open": "on", **fields}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR])
def test_who_writes_opens_the_own_draft_and_its_history(role):
    post = make_post(author=make_user(role), status="draft")
    client = signed_in(post.author)
    assert client.get(change_page(post)).status_code == 200
    assert client.get(reverse("admin:blog_post_history", args=[post.pk])).status_code == 200


def test_a_co_author_edits_the_post():
    post, author = make_post(status="draft"), make_user(Role.AUTHOR)
    post.bylines.create(user=author)
    signed_in(author).post(change_page(post), post_fields(post, title="Together", _draft="1"))
    post.refresh_from_db()
    assert post.title == "Together"


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_nobody_else_changes_the_post_of_another(role):
    post = make_post(title="Theirs")
    signed_in(make_user(role)).post(change_page(post), post_fields(post, title="Mine", _draft="1"))
    post.refresh_from_db()
    assert (post.title, post.status) == ("Theirs", "published")


def test_the_list_of_posts_and_its_filter_name_no_stranger():
    author, stranger = make_user(Role.AUTHOR), make_user(Role.AUTHOR, display_name="Zed Stranger")
    make_post(author=author, title="Mine")
    make_post(author=stranger, title="Theirs")
    page = signed_in(author).get(reverse("admin:blog_post_changelist")).content.decode()
    assert "Mine" in page
    assert "Theirs" not in page and "Zed Stranger" not in page


# Django's own admin: whatever resolves a row, of every kind of row.

HIDDEN = {
    "draft": {},
    "review": {},
    "published": {"days_ago": -2},  # scheduled
    "private": {"days_ago": -2},
    "trash": {},
}
# Editors and Administrators edit all posts. Moderators see the posts of comments, not others.
STRANGERS = ("anonymous", "reader", "Author", "Contributor", "Moderator")


def hidden_posts() -> list[Post]:
    posts = [
        make_post(title=f"Hushed moonwort {status}", body="Hushed words.", status=status, **fields)
        for status, fields in HIDDEN.items()
    ]
    for post in posts:
        OldPath.objects.create(path=f"/2020/01/hushed-before-{post.pk}/", post=post)
    return posts


def admin_addresses(posts) -> list[str]:
    """Each pattern of the admin with the id of such a post, as if it were one of its rows."""
    pk = posts[0].pk
    kinds = ContentType.objects.values_list("pk", flat=True)
    found = [f"/admin/r/{kind}/{pk}/" for kind in kinds] + ["/admin/blog/", "/admin/comments/"]
    for name in addresses():
        if not name.startswith("admin:") or name in (*UNNAMED, "admin:view_on_site"):
            continue
        if name == "admin:app_list":
            continue
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            if name in OF_REVISIONS:
                found += [path for post in posts for path in of_revisions(name, post)]
            else:
                found += [reverse(name, args=[each]) for each in _ids(name, posts)]
    return [*found, *asked_of_lists(posts[0])]


def _ids(name: str, posts) -> list:
    if "blog_post_" not in name:
        return [posts[0].pk]
    by_uuid = any(word in name for word in ("preview", "autosave", "unsaved"))
    return [post.uuid if by_uuid else post.pk for post in posts]


OF_REVISIONS = ("admin:blog_post_compare", "admin:blog_post_restore", "admin:blog_post_name")


def of_revisions(name: str, post) -> list[str]:
    revision = Revision.record(post, by=post.author, kind=Revision.Kind.SAVE)
    if name == "admin:blog_post_compare":
        return [f"{reverse(name, args=[post.uuid])}?older={revision.pk}&newer=saved"]
    return [reverse(name, args=[post.uuid, revision.pk])]


def asked_of_lists(post) -> list[str]:
    """Searches, filters and the choices of fields."""
    lists = [reverse(f"admin:blog_{kind}_changelist") for kind in ("post", "tag", "image")]
    lists.append(reverse("admin:comments_comment_changelist"))
    queries = [
        *("q=moonwort", f"id__exact={post.pk}", f"post__exact={post.pk}", f"post__id={post.pk}"),
        *(
            "title__contains=moonwort",
            "post__title__contains=moonwort",
            "_popup=1",
            "_to_field=path",
        ),
        *(f"author__id__exact={post.author_id}", "status__exact=draft", "_facets=True", "all="),
    ]
    found = [f"{address}?{query}" for address in lists for query in queries]
    for field in ("blog.postauthor.post", "blog.oldpath.post", "blog.site.contact_page"):
        app, model, name = field.split(".")
        query = f"app_label={app}&model_name={model}&field_name={name}&term=moonwort"
        found.append(f"{reverse('admin:autocomplete')}?{query}")
    return found


def tells(response) -> bool:
    said = response.headers.get("Location", "") + response.content.decode(errors="replace")
    return "hushed" in said.lower()


@pytest.mark.parametrize("role", STRANGERS)
def test_no_address_of_the_admin_tells_of_hidden_posts_of_others(world, role):
    posts = hidden_posts()
    client, told = world.client(role), []
    form = {"_selected_action": [post.pk for post in posts], "action": "delete_selected"}
    for address in admin_addresses(posts):
        answers = client.get(address), client.post(address, form | {"post": "yes"})
        told += [(address, answer.status_code) for answer in answers if tells(answer)]
        if role != "anonymous":
            client.force_login(world.people[role])  # one of the addresses signs out
    assert told + [True for message in (client.get("/admin/"),) if tells(message)] == []


def test_what_somebody_may_edit_is_told_by_the_same_addresses(world):
    posts = hidden_posts()
    client = world.client("Editor")
    assert sum(tells(client.get(address)) for address in admin_addresses(posts)) > 10


def test_the_way_from_the_admin_to_a_page_leads_straight_there(world):
    post = make_post(author=world.people["Author"])
    page = world.client("Author").get(change_page(post)).content.decode()
    assert f'href="{post.path}"' in page and "/admin/r/" not in page


def test_autocomplete_finds_only_what_one_may_edit():
    author = make_user(Role.AUTHOR)
    make_post(author=author, title="A tram of mine")
    make_post(title="A tram of theirs")
    query = {"app_label": "blog", "model_name": "postauthor", "field_name": "post", "term": "tram"}
    found = signed_in(author).get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["text"] for row in found] == ["A tram of mine"]


def test_autocomplete_names_no_people_to_an_author():
    query = {"app_label": "blog", "model_name": "post", "field_name": "author", "term": "Person"}
    client = signed_in(make_user(Role.AUTHOR))
    assert client.get(reverse("admin:autocomplete"), query).status_code == 403


@pytest.mark.parametrize("button", ["_publish", "_schedule", "_private", "_take_down"])
def test_a_contributor_publishes_with_no_forged_button(button):
    post = make_post(author=make_user(Role.CONTRIBUTOR), status="draft")
    fields = post_fields(post, published_at_0="2099-01-01", published_at_1="10:00:00")
    response = signed_in(post.author).post(change_page(post), fields | {button: "1"})
    post.refresh_from_db()
    assert (response.status_code, post.status) == (200, "draft")
    assert b"This cannot be done with the post as it is now." in response.content


def test_a_contributor_reads_the_own_live_post_and_no_button_changes_it():
    post = make_post(author=make_user(Role.CONTRIBUTOR))
    client = signed_in(post.author)
    assert b'type="submit" name="_' not in client.get(change_page(post)).content
    assert client.post(change_page(post), post_fields(post, _trash="1")).status_code == 302
    post.refresh_from_db()
    assert post.status == "published"


def test_an_author_forges_neither_the_author_nor_the_pin():
    post, other = make_post(author=make_user(Role.AUTHOR), status="draft"), make_user(Role.AUTHOR)
    fields = post_fields(post, author=other.pk, pinned="on", kind="page", _publish="1")
    signed_in(post.author).post(change_page(post), fields)
    post.refresh_from_db()
    assert (post.author, post.pinned, post.kind) == (post.author, False, "post")
    assert post.author != other


# Comments.

VERBS = ["approve", "hold", "spam", "trash", "restore"]


def decide(client, comment, verb):
    data = {"verb": verb, "row": f"{comment.public_id}.{comment.version}"}
    return client.post(reverse("decide"), data)


def act(client, comment, verb):
    seen = {f"row-{comment.pk}": f"{comment.public_id}.{comment.version}"}
    data = {"action": verb, "index": "0", "_selected_action": [comment.pk]} | seen
    return client.post(reverse("admin:comments_comment_changelist"), data)


@pytest.mark.parametrize("door", [decide, act])
@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.AUTHOR])
def test_who_may_not_decide_changes_nothing(role, door):
    comment, client = make_comment(), signed_in(make_user(role))
    rows = Decision.objects.count()
    codes = {door(client, comment, verb).status_code for verb in VERBS}
    comment.refresh_from_db()
    assert (comment.status, Decision.objects.count()) == ("pending", rows)
    assert codes <= {302, 403, 409}


def test_an_author_decides_on_a_comment_under_the_own_post():
    post = make_post()
    comment = make_comment(post)
    assert decide(signed_in(post.author), comment, "approve").status_code == 303
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_an_author_sees_only_comments_under_own_posts():
    post = make_post()
    make_comment(post, body="Under mine.")
    make_comment(body="Under theirs.")
    page = signed_in(post.author).get(reverse("queue")).content.decode()
    assert "Under mine." in page and "Under theirs." not in page


def test_a_contributor_decides_not_even_under_the_own_post():
    post = make_post(author=make_user(Role.CONTRIBUTOR))
    assert decide(signed_in(post.author), make_comment(post), "approve").status_code == 403


def test_an_author_does_not_undo_what_was_decided_elsewhere():
    comment = make_comment()
    batch = comment.approve(by=make_user(Role.EDITOR)).batch
    response = signed_in(make_user(Role.AUTHOR)).post(reverse("undo"), {"batch": str(batch)})
    comment.refresh_from_db()
    assert (response.status_code, comment.status) == (409, "approved")


@pytest.mark.parametrize("verb", ["add", "change", "delete"])
def test_not_even_a_superuser_writes_a_comment_by_a_form_of_the_admin(verb):
    comment = make_comment()
    args = [] if verb == "add" else [comment.pk]
    client = signed_in(make_user(is_staff=True, is_superuser=True))
    client.post(reverse(f"admin:comments_comment_{verb}", args=args), {"body": "No", "post": "yes"})
    comment.refresh_from_db()
    assert comment.body != "No"
    assert Decision.objects.filter(comment=comment).count() == 1


# Private posts.


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_a_private_post_is_read_by(role):
    post = make_post(status="private", path="/2026/01/quiet/", slug="quiet")
    assert signed_in(make_user(role)).get(post.path).status_code == 200
    assert signed_in(post.author).get(post.path).status_code == 200


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_a_private_post_that_was_public_is_gone_for(role):
    post = make_post()
    Post.objects.filter(pk=post.pk).update(status="private")
    assert signed_in(make_user(role)).get(post.path).status_code == 410
    assert Client().get(post.path).status_code == 410


def test_a_private_post_that_never_was_public_is_not_found():
    post = make_post(status="private", slug="quiet", days_ago=-1, path="/2026/01/quiet/")
    assert Client().get(post.path).status_code == 404


def test_a_right_that_is_nobodys_role_counts_for_nothing():
    person = make_user(Role.CONTRIBUTOR)
    person.user_permissions.add(Permission.objects.get(codename="decide_comment"))
    assert not person.has_perm("comments.decide_comment")


@pytest.mark.parametrize("roles", [[], [Role.AUTHOR], [Role.AUTHOR, Role.MODERATOR], list(Role)])
def test_a_person_has_the_rights_of_all_their_roles(roles):
    user = make_user()
    user.groups.set(Group.objects.filter(name__in=roles))
    rights = RoleBackend().get_user(user.pk).get_all_permissions()
    assert rights == ModelBackend().get_group_permissions(user)
    assert bool(rights) == bool(roles)
