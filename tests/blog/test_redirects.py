"""The page "Redirects" of the admin: which old web addresses it takes, and where they lead."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import OldPath, Role, Tag
from blog.redirects.check import not_found
from tests.factories import make_post, make_user
from tests.pages import words

pytestmark = pytest.mark.django_db

ADD, LIST = "admin:blog_oldpath_add", "admin:blog_oldpath_changelist"


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


def add(editor, path: str, **fields):
    return editor.post(reverse(ADD), {"path": path} | fields)


def answer_of(path: str, method="get"):
    return getattr(Client(), method)(path)


def leads_to(path: str) -> str:
    answer = answer_of(path)
    return answer.headers["Location"] if answer.status_code == 301 else str(answer.status_code)


# Typed; stored; an address that must be found then.
TYPED = [
    ("/wp-old/thing/", "/wp-old/thing/", "/wp-old/thing/"),
    ("wp-old/thing", "/wp-old/thing/", "/wp-old/thing"),
    ("  /wp-old/thing ", "/wp-old/thing/", "/wp-old/thing/"),
    ("SITE/wp-old/thing/", "/wp-old/thing/", "/wp-old/thing/"),
    ("SITE/a/b/c/d/e/f/g/h/#part", "/a/b/c/d/e/f/g/h/", "/a/b/c/d/e/f/g/h/"),
    ("/about-us.html", "/about-us.html", "/about-us.html"),
    ("/old/index.php", "/old/index.php", "/old/index.php"),
    ("/%E0%A4%B9%E0%A4%BF/%c3%a9/", "/हि/é/", "/%e0%a4%b9%e0%a4%bf/%C3%A9/"),
    ("/with a space/x/", "/with a space/x/", "/with%20a%20space/x/"),
    ("/a/./b/../c/", "/a/c/", "/a/c/"),
    ("//double/x/", None, None),
    ("/?p=77", "/?p=77", "/?p=77"),
    ("?p=0077&preview=1", "/?p=77", "/?p=77&utm_source=x"),
    ("SITE/?page_id=9", "/?page_id=9", "/?page_id=9"),
    ("/?attachment_id=5", "/?attachment_id=5", "/?attachment_id=5"),
]


@pytest.mark.parametrize(("typed", "kept", "asked"), TYPED)
def test_an_address_is_kept_in_the_form_in_which_it_is_found(editor, typed, kept, asked):
    post = make_post()
    host = settings.SITE_URL.partition("//")[2]
    for site in (settings.SITE_URL, host, host.upper()) if "SITE" in typed else ("",):
        OldPath.objects.all().delete()
        answer = add(editor, typed.replace("SITE", site), post=post.pk)
        if kept is None:
            assert "A redirect begins at this site." in words(answer)
            return
        assert answer.status_code == 302, words(answer)
        assert OldPath.objects.get().path == kept
        assert leads_to(asked) == post.path


REFUSED = [
    ("https://elsewhere.example/wp/", "A redirect begins at this site. Write the path"),
    ("http://elsewhere.example/?p=77", "A redirect begins at this site. Write the path"),
    ("javascript:alert(1)", "A redirect begins at this site. Write the path"),
    ("mailto:ana@example.org", "A redirect begins at this site. Write the path"),
    ("http://[", "This is not a web address."),
    ("http://a:²/", "This is not a web address."),
    ("/a\x01b/", "This is not a web address."),
    ("/%ff%fe/", "This is not a web address."),
    ("/" + "a" * 10_000, "A web address may have 500 characters."),
    ("/", "This is the home page, which always answers."),
    ("SITE", "This is the home page, which always answers."),
    (
        "/thing/?x=1",
        "Of what follows a “?” only /?p=, /?page_id= and /?attachment_id= are looked up.",
    ),
    ("/?p=seven", "Of what follows a “?” only"),
    ("/?p=", "Of what follows a “?” only"),
    ("/?p=٣", "Of what follows a “?” only"),
    ("/?s=tram", "Of what follows a “?” only"),
    ("/admin/anything/", "This web address belongs to the site itself."),
    ("/static/x.css", "This web address belongs to the site itself."),
    ("/media/2020/a.jpg", "This web address belongs to the site itself."),
    ("/tags", "This web address belongs to the site itself."),
    ("/feed/", "This web address belongs to the site itself."),
    ("/feed.json", "This web address belongs to the site itself."),
    ("/sitemap.xml", "This web address belongs to the site itself."),
    ("/robots.txt", "This web address belongs to the site itself."),
    ("/search", "This web address belongs to the site itself."),
    ("/2011/", "This web address belongs to the site itself."),
    ("/page/2/", "This web address belongs to the site itself."),
]


@pytest.mark.parametrize(("typed", "said"), REFUSED)
def test_an_address_that_can_never_be_found_is_refused_in_words(editor, typed, said):
    post = make_post()
    answer = add(editor, typed.replace("SITE", settings.SITE_URL), post=post.pk)
    assert said in words(answer)
    assert not OldPath.objects.exists()


def test_an_address_with_nul_is_refused(editor):
    assert add(editor, "/a\0b/", post=make_post().pk).status_code == 200
    assert not OldPath.objects.exists()


def test_the_address_of_a_live_page_is_refused_with_its_name_and_link(editor):
    live, other = make_post(title="The tram", tags=["Trams"]), make_post()
    pages = [live.path, f"{live.path}feed/", "/tag/trams/", live.author.get_absolute_url()]
    for path in pages:
        answer = add(editor, path, post=other.pk)
        assert "This web address belongs to" in words(answer), path
        assert f'href="{path.removesuffix("feed/")}"' in answer.content.decode()
    assert not OldPath.objects.exists()


@pytest.mark.parametrize("status", ["private", "trash"])
def test_the_address_of_a_post_that_is_not_public_is_refused_too(editor, status):
    hidden, other = make_post(title="The tram"), make_post()
    hidden.status = status
    hidden.save()
    answer = add(editor, hidden.path, post=other.pk)
    assert "This web address belongs to “The tram”:" in words(answer)


def test_an_address_in_the_list_is_refused_in_any_spelling(editor):
    post = make_post()
    add(editor, "/before/", post=post.pk)
    for typed in ("before", "/before", f"{settings.SITE_URL}/before"):
        assert "This old web address is already in the list." in words(
            add(editor, typed, post=post.pk)
        )


def test_a_redirect_is_saved_again_as_it_is(editor):
    row = make_post().old_paths.create(path="/2011/05/before/")
    change = reverse("admin:blog_oldpath_change", args=[row.pk])
    sent = {"path": row.path, "post": row.post_id, "target": ""}
    assert editor.post(change, sent).status_code == 302


# Other pages and sites.


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("https://elsewhere.example/a?b=c#d", "https://elsewhere.example/a?b=c#d"),
        ("http://elsewhere.example", "http://elsewhere.example"),
        ("https://elsewhere.example/é", "https://elsewhere.example/%C3%A9"),
        ("/tags/", "/tags/"),
        ("/archive/#top", "/archive/#top"),
        ("SITE/tags/", "/tags/"),
    ],
)
def test_a_redirect_leads_to_another_page_or_site_in_one_step(editor, target, place):
    answer = add(editor, "/shop/", target=target.replace("SITE", settings.SITE_URL))
    assert answer.status_code == 302, words(answer)
    assert leads_to("/shop/") == leads_to("/shop") == place
    assert leads_to("/shop/below/") == "404"


WRONG = [
    ("ftp://elsewhere.example/", "Write a whole web address with https://"),
    ("javascript:alert(1)", "Write a whole web address with https://"),
    ("//elsewhere.example/", "Write a whole web address with https://"),
    ("elsewhere.example/a", "Write a whole web address with https://"),
    ("https://", "Write a whole web address with https://"),
    ("https://ana:pw@elsewhere.example/", "A web address for readers has no user name."),
    ("https://else where.example/", "Enter a valid URL."),
    ("http://[", "This is not a web address."),
    ("https://e.example/" + "a" * 10_000, "A web address may have 500 characters."),
    ("/shop/", "This would lead to itself."),
    ("SITE/shop", "This would lead to itself."),
    ("/before/", "This is a redirect itself. Write where it leads: /"),
]


@pytest.mark.parametrize(("target", "said"), WRONG)
def test_a_wrong_place_is_refused_in_words_and_comes_back(editor, target, said):
    make_post().old_paths.create(path="/before/")
    sent = target.replace("SITE", settings.SITE_URL)
    answer = add(editor, "/shop/", target=sent)
    assert said in words(answer)
    assert sent in answer.content.decode()
    assert OldPath.objects.count() == 1


def test_either_a_post_or_an_address_is_chosen(editor):
    post, message = make_post(), "Choose a post, or write a web address: one of the two."
    assert message in words(add(editor, "/shop/"))
    assert message in words(add(editor, "/shop/", post=post.pk, target="https://e.example/"))


def test_what_moved_after_it_became_the_end_is_followed_in_one_step(editor):
    post = make_post()
    make_post(tags=["tarrifs"])
    for path, target in (("/a/", post.path), ("/b/", "/tag/tarrifs/"), ("/c/", "/later/")):
        OldPath.objects.create(path=path, target=target)
    post.slug = "elsewhere"
    post.save()
    tag = Tag.objects.get()
    tag.name = "tariffs"
    tag.save()
    add(editor, "/later/", target="https://e.example/")
    found = [leads_to(path) for path in ("/a/", "/b/", "/c/")]
    assert found == [post.path, "/tag/tariffs/", "https://e.example/"]


def test_a_circle_that_was_made_past_the_form_is_not_found():
    OldPath.objects.create(path="/a/", target="/b/")
    OldPath.objects.create(path="/b/", target="/a/")
    assert leads_to("/a/") == "404"


def test_a_live_page_wins_over_a_redirect(editor):
    OldPath.objects.create(path="/shop/", target="https://e.example/")
    page = make_post(kind="page", title="Shop")
    assert page.path == "/shop-2/" or leads_to(page.path) == "200"
    page.slug = "shop"
    page.save()
    assert leads_to("/shop/") == "200" and not OldPath.objects.filter(path="/shop/").exists()


def test_what_somebody_sends_is_never_sent_on_to_another_site():
    OldPath.objects.create(path="/shop/", target="https://e.example/")
    assert answer_of("/shop/", "post").status_code == 404
    OldPath.objects.update(target="/tags/")
    assert answer_of("/shop/", "post").status_code == 308


def test_the_query_goes_along_on_this_site_and_nowhere_else():
    OldPath.objects.create(path="/shop/", target="https://e.example/")
    OldPath.objects.create(path="/list/", target="/tags/")
    assert leads_to("/shop/?token=secret") == "https://e.example/"
    assert leads_to("/list/?page=2") == "/tags/?page=2"


@pytest.mark.parametrize("number", ["", "x", "٣", "9" * 30, "-1", "78"])
def test_the_home_page_answers_any_other_number(number):
    make_post().old_paths.create(path="/?p=77")
    assert Client().get("/", {"p": number}).status_code == 200


# The list.


def test_the_list_says_where_each_leads_and_whether_it_works(editor):
    live, draft = make_post(title="The tram"), make_post(title="The siren")
    draft.old_paths.create(path="/siren/")
    draft.take_down(None)
    draft.save()
    live.old_paths.create(path="/tram/")
    OldPath.objects.create(path="/shop/", target="https://e.example/")
    OldPath.objects.create(path="/list/", target="/tags/")
    OldPath.objects.create(path="/lost/", target="/2011/05/nothing/")
    said = words(editor.get(reverse(LIST)))
    assert "/tram/ The tram Yes" in said
    assert "/siren/ The siren Readers cannot see the post: Draft" in said
    assert "/shop/ https://e.example/ Not checked: another site" in said
    assert "/list/ /tags/ Yes" in said
    assert "/lost/ /2011/05/nothing/ Nothing is found there." in said
    assert "Redirects" in words(editor.get("/admin/"))


def test_the_list_asks_as_often_for_many(editor):
    def queries(rows: int) -> int:
        for number in range(rows):
            stem = f"{rows}-{number}"
            make_post().old_paths.create(path=f"/{stem}-a/")
            OldPath.objects.create(path=f"/{stem}-b/", target=f"/{stem}/")
        editor.get(reverse(LIST))
        with CaptureQueriesContext(connection) as asked:
            editor.get(reverse(LIST))
        return len(asked)

    assert queries(2) == queries(20)


def test_the_checklist_knows_redirects_to_other_sites():
    OldPath.objects.create(path="/shop/", target="https://e.example/")
    assert not_found({"/shop/", "/shop", "/lost/"}, timezone.now()) == {"/lost/"}
