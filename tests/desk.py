"""Somebody at the admin who types an essay, for tests of its form."""

import re

from django.test import Client
from django.urls import reverse

from blog.models import Post, Role
from tests.factories import make_user

ADD = "admin:blog_post_add"
AHEAD = {"published_at_0": "2099-11-24", "published_at_1": "07:00:00"}
ESSAY = {
    "title": "The sea took the tram",
    "deck": "Nobody had asked it to.",
    "body": "It came **slowly**.\n\n## Afterwards\n\nNobody got in.",
    "excerpt": "A tram, a sea, and a timetable.",
    "lead_alt": 'A tram in "deep" water',
    "lead_caption": "The 14 at the pier.",
    "tags": "Trams, United States of America, diary",
    "comments_open": "on",
}


class Desk:
    """One person at the admin."""

    def __init__(self, role=Role.AUTHOR):
        self.user, self.client = make_user(role), Client()
        self.client.force_login(self.user)

    def type(self, button="_publish", post=None, **fields):
        name = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse(ADD)
        fields = ESSAY | fields | ({button: "1"} if button else {})
        if self.user.has_role(Role.EDITOR):
            fields = {"author": self.user.pk, "kind": "post"} | fields
        if post:
            fields = {"_version": Post.objects.get(pk=post.pk).version} | fields
        return self.client.post(name, fields)

    def typed(self, button="_publish", **fields) -> Post:
        answer = self.type(button, **fields)
        assert answer.status_code == 302, errors(answer)
        return Post.objects.latest("pk")

    def page(self, post=None):
        name = reverse("admin:blog_post_change", args=[post.pk]) if post else reverse(ADD)
        return self.client.get(name, follow=post is None)


def errors(answer) -> dict:
    return answer.context["adminform"].form.errors


def words(page) -> list[str]:
    """Those of the buttons."""
    return re.findall(r'<input type="submit" name="_\w+" value="([^"]+)"', page.content.decode())
