"""Which rows somebody with a role may see and change: own ones and those of others."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import NoReverseMatch, reverse

from blog.backends import RoleBackend
from blog.models import OldPath, Post, Revision, Role
from comments.models import Decision
from tests.factories import make_comment, make_post, make_user
from tests.world import UNNAMED, World, addresses, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db, own_folder, mail_server):
    return World()


# Rows: own ones and others'.


def change_page(post) -> str:
    return reverse("admin:blog_post_change", args=[post.pk])


def post_fields(post, **fields) -> dict:
    """The change form as the admin shows it to somebody who may write."""
    shown = {"_version": post.version, "title": post.title, "body": post.body}
    return {**shown, "comments_open": "on", **fields}


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
