"""The demo magazine comes whole and goes without a trace of its own, or of anybody else's loss."""

import re
import shutil
import tempfile
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from blog.models import Image, Post, Role, Site, Tag, User
from comments.models import Comment, Decision, Policy
from tests.factories import make_comment, make_post, make_user
from tests.pages import html, words

PICTURE = re.compile(r"!\[(.*?)\]\(/media/")


def census() -> dict:
    """The rows of each of our tables; editions only ever change."""
    ours = [
        *apps.get_app_config("blog").get_models(),
        *apps.get_app_config("comments").get_models(),
    ]
    return {m.__name__: set(m.objects.values_list("pk", flat=True)) for m in ours} | {"Edition": 0}


def remove() -> str:
    out = StringIO()
    call_command("demo", remove=True, stdout=out)
    return out.getvalue()


class Loaded(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.enterClassContext(override_settings(MEDIA_ROOT=cls.folder))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        call_command("demo", verbosity=0)

    def posts(self):
        return Post.objects.filter(kind="post", status="published")

    def read(self, title: str) -> str:
        return html(self.client.get(self.posts().get(title__contains=title).path))

    def alts(self) -> list[str]:
        posts = self.posts()
        leads = [post.lead_alt for post in posts if post.lead_image]
        return leads + [alt for post in posts for alt in PICTURE.findall(post.body)]

    def test_it_is_a_magazine_by_three_people(self):
        people = {person.display_name for post in self.posts() for person in post.authors}
        assert self.posts().count() >= 14
        assert Comment.objects.count() >= 150
        assert people == {"Ines Calloway", "Tomasz Wren", "Maud Okonjo"}

    def test_one_essay_has_everything(self):
        essay = self.posts().get(pinned=True)
        page = html(self.client.get(essay.path))
        (prose,) = re.findall(r'<div class="prose column">(.*?)<footer', page, re.DOTALL)
        assert essay.word_count > 1100 and essay.deck in page
        assert page.count('rel="author"') == 2
        assert page.count('rel="tag"') == 45
        for once in ('class="lead-picture', 'class="credit"', 'class="contents'):
            assert page.count(once) == 1, once
        for once in ('class="correction"', "Share the Post:", 'rel="prev"', "Leave a Reply"):
            assert page.count(once) == 1, once
        for once in ("<figcaption>", "<caption>", 'class="highlight"', "<blockquote>"):
            assert prose.count(once) == 1, once
        assert prose.count('class="pullquote"') == 4
        assert prose.count('role="doc-noteref"') == prose.count('role="doc-backlink"') == 3
        assert page.count('class="card"') == page.count('class="label"') - 1 == 3

    def test_descriptions_of_pictures_are_long_and_some_have_quotes_and_brackets(self):
        lengths = [len(alt) for alt in self.alts()]
        assert len(lengths) >= 16
        assert (min(lengths) >= 160, max(lengths)) == (True, 387)
        assert sum(all(mark in alt for mark in '"[]') for alt in self.alts()) >= 7

    def test_excerpts_have_420_to_480_characters(self):
        assert {post.title for post in self.posts() if not 420 <= len(post.excerpt) <= 480} == set()

    def test_each_picture_is_described_and_credited_to_one_of_them(self):
        names = "|".join(
            User.objects.filter(posts__kind="post").values_list("display_name", flat=True)
        )
        for image in Image.objects.all():
            assert re.fullmatch(f"Drawing: ({names})", image.credit), image.file.name
            assert image.alt in self.alts()

    def test_several_tags_are_described_on_their_pages(self):
        described = Tag.objects.exclude(description="")
        assert described.count() >= 10
        for tag in described:
            assert tag.description.split("\n")[0] in words(self.client.get(tag.get_absolute_url()))

    def test_its_comments_stand_in_every_state(self):
        states = set(Comment.objects.values_list("status", "screened"))
        assert {status for status, _screened in states} == set(Comment.Status.values)
        assert {("pending", "unavailable"), ("approved", "spam"), ("spam", "ham")} <= states
        assert Comment.objects.exclude(held_because=[]).filter(status="pending").count() >= 5
        assert Comment.objects.exclude(kept_because="").get().evidence.get().by is not None
        edited = Comment.objects.exclude(edited_at=None).get()
        assert "not number five" in edited.body and "I am number five." in edited.edits.get().body
        revised = Comment.objects.exclude(revised_by=None).get()
        assert "under the pot" in revised.edits.get().body and "under the pot" not in revised.body

    def test_readers_see_what_was_withdrawn_removed_ended_and_closed(self):
        assert "Comment withdrawn by its author" in self.read("Umbrellas")
        assert "Comment removed" in self.read("Please Wait")
        island = self.posts().get(title__contains="Sold Its Ferry")
        ended = Comment.objects.exclude(locked_at=None).get()
        assert (ended.post, ended.depth) == (island, 0)
        assert ended.replies.filter(status="approved").count() >= 2
        assert f"/reply/{ended.public_id}/" not in self.read("Sold Its Ferry")
        assert "Leave a Reply" not in self.read("Reading Room")

    def test_moderators_find_a_report_a_late_verdict_and_what_was_taken_down_again(self):
        self.client.force_login(make_user(Role.MODERATOR))
        page = {
            tab: words(self.client.get(f"/moderation/?tab={tab}"))
            for tab in ("reported", "second-look", "trash")
        }
        assert "My mother is one of the altos." in page["reported"]
        assert "Rig & Ladder Supplies" in page["second-look"]
        assert "Fergus Daly" in page["trash"]
        again = Decision.objects.get(old_status="approved", new_status="pending").comment
        assert again.status == "pending"

    def test_each_comment_has_its_trail(self):
        for comment in Comment.objects.all():
            trail = list(Decision.objects.filter(comment=comment))
            assert (trail[0].old_status, trail[-1].new_status) == ("", comment.status)

    def test_what_is_public_was_published_by_a_person(self):
        public = Comment.objects.filter(status="approved")
        decisions = Decision.objects.filter(comment__in=public, new_status="approved")
        assert decisions.count() >= public.count()
        assert all(decision.by_a_person for decision in decisions)

    def test_a_post_with_readers_comments_is_kept_and_named(self):
        post = Post.objects.filter(kind="post").first()
        theirs = make_comment(post)
        assert f"Kept “{post.title}”" in remove()
        assert Comment.objects.get(pk=theirs.pk).post == post

    def test_a_post_edited_since_is_kept_and_named(self):
        post = Post.objects.filter(kind="post").first()
        post.body += " And more."
        post.save()
        assert f"Kept “{post.title}”: it was edited." in remove()

    def test_settings_changed_since_are_kept_and_named(self):
        Site.objects.update(name="My own paper")
        Policy.objects.update(block_words="casino")
        assert "Kept the site: its settings were changed." in remove()
        assert Site.objects.get().name == "My own paper"
        assert Policy.objects.get().block_words == "casino"

    def test_a_tag_in_use_elsewhere_is_kept_without_what_was_said_of_it_here(self):
        make_post(tags=["Queues", "Sea"])
        sea = Tag.objects.get(name="Sea")
        sea.description = "Ours is calmer."
        sea.save()
        remove()
        said = dict(Tag.objects.values_list("name", "description"))
        assert said == {"Queues": "", "Sea": "Ours is calmer."}

    def test_twice_is_refused(self):
        with pytest.raises(CommandError, match="there already"):
            call_command("demo")

    def test_nobody_can_sign_in_as_a_demo_person(self):
        assert not any(user.has_usable_password() for user in User.objects.all())

    def test_pictures_are_described_and_stored_once(self):
        digests = Image.objects.values_list("sha256", flat=True)
        assert len(digests) == len(set(digests))
        assert not Post.objects.filter(lead_image__isnull=False, lead_alt="").exists()

    def test_every_demo_page_is_served(self):
        for post in Post.objects.all():
            assert self.client.get(post.path).status_code == 200


@pytest.mark.django_db
def test_removing_takes_away_exactly_what_it_made(settings, django_capture_on_commit_callbacks):
    own = make_comment(make_post(tags=["Trams", "Élite"]))
    Tag.objects.filter(name="Trams").update(description="Ours.")
    Site.objects.create(pk=1, name="Mine")
    call_command("first_pages", verbosity=0)
    before = census()
    call_command("demo", verbosity=0)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove() == ""
    assert census() == before
    assert Tag.objects.get(name="Trams").description == "Ours."
    assert Comment.objects.get() == own
    assert Site.objects.get().name == "Mine"
    assert not list(settings.MEDIA_ROOT.rglob("*.jpg"))
