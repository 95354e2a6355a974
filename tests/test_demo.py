"""The demo magazine comes whole and goes without a trace of its own, or of anybody else's loss."""

import shutil
import tempfile
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from blog.models import Image, Post, Site, Tag, User
from comments.models import Comment, Decision, Policy
from tests.factories import make_comment, make_post


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

    def test_it_brings_posts_and_comments_in_every_state(self):
        assert Post.objects.filter(kind="post", status="published").count() >= 6
        assert Comment.objects.count() >= 30
        assert set(Comment.objects.values_list("status", flat=True)) == set(Comment.Status.values)

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

    def test_a_tag_in_use_elsewhere_is_kept(self):
        tag = Tag.objects.first()
        make_post(tags=[tag.name])
        remove()
        assert Tag.objects.get() == tag

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
def test_removing_takes_away_exactly_what_it_made(tmp_path, django_capture_on_commit_callbacks):
    own = make_comment(make_post(tags=["Trams", "Élite"]))
    Site.objects.create(pk=1, name="Mine")
    call_command("first_pages", verbosity=0)
    before = census()
    call_command("demo", verbosity=0)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove() == ""
    assert census() == before
    assert Comment.objects.get() == own
    assert Site.objects.get().name == "Mine"
    assert not list((tmp_path / "media").rglob("*.jpg"))
