"""The steps of somebody who changes many posts at once in the admin, and the state of the posts."""

import re
from html import unescape

from django.urls import reverse

from blog.models import Post, PostBatch
from tests.factories import make_post
from tests.pages import html

LIST, MANY = reverse("admin:blog_post_changelist"), reverse("admin:blog_post_many")


def choose(client, act: str, posts=(), *, query="", **fields):
    """On the list, as it is sent without a script."""
    sent = {"action": act, "which": "ticked", "_selected_action": [post.pk for post in posts]}
    return client.post(f"{LIST}?{query}", sent | {"index": "0"} | fields, follow=True)


def typed(client, act: str, posts, **fields):
    """The page that asks, with a tag or an author."""
    pks = ",".join(str(post.pk) for post in posts)
    return client.get(MANY, {"act": act, "posts": pks, **fields})


def hidden(page) -> dict:
    """The fields that the button of the page sends."""
    form = re.search(r'<form method="post" action="[^"]*many.*?</form>', html(page), re.DOTALL)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[0]) if form else []
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def press(client, page):
    return client.post(MANY, hidden(page), follow=True)


def change(client, act: str, posts, **fields):
    return press(client, typed(client, act, posts, **fields))


def undo(client, batch=None):
    batch = batch or PostBatch.objects.first()
    return client.post(reverse("admin:blog_postbatch_undo", args=[batch.pk]), follow=True)


def told(page) -> list[str]:
    return [" ".join(str(message).split()) for message in page.context["messages"]]


def say(page) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", sentence) for sentence in told(page))


def everything(*names: str) -> dict:
    """All that these changes touch, of every post."""
    return {
        post.pk: (
            list(post.tags.names()),
            post.lead_tag and post.lead_tag.name,
            post.author_id,
            post.comments_open,
            post.status,
            post.status_before_trash,
            post.trashed_at,
            post.path,
        )
        for post in Post.objects.all()
    }


def tags_of(*posts) -> list[str]:
    return [", ".join(Post.objects.get(pk=post.pk).tags.names()) for post in posts]


def labels_of(*posts) -> list[str]:
    return [str(Post.objects.get(pk=post.pk).lead_tag) for post in posts]


def labelled(*names: str, **fields) -> Post:
    post = make_post(tags=names, **fields)
    post.choose_lead_tag(list(names))
    return post
