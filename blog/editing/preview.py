"""A post as its page would show it, made from what is in the form. Nothing is written."""

from datetime import datetime
from typing import Any, cast

from django.forms import ModelForm
from django.http import QueryDict

from blog.editing import typed
from blog.models import Post, Tag, User
from blog.models.tag import in_reading_order, make_key, split
from blog.text.slugs import make_slug

# Shown as typed where the form has an error, such as a title that is too long.
TEXTS = ("title", "deck", "body", "excerpt", "lead_alt", "lead_caption")


class PostPreview:
    """Stands in for a Post in its templates, with people and tags that no row has yet."""

    def __init__(self, post: Post, authors: list[User], tags: list[Tag], now: datetime):
        self.post, self.authors, self.sorted_tags = post, authors, in_reading_order(tags)
        self.title = str(post)
        self.published_at = post.published_at or now

    def __getattr__(self, name: str) -> Any:
        return getattr(self.post, name)

    @classmethod
    def of_saved(cls, post: Post, now: datetime) -> "PostPreview":
        return cls(post, post.authors, post.sorted_tags, now)

    @classmethod
    def of_form(cls, form: ModelForm, now: datetime) -> "PostPreview":
        """`form` is bound to what was typed; it may have errors."""
        post: Post = form.instance
        as_typed = typed.from_data(cast(QueryDict, form.data), form.fields)
        for name in set(TEXTS) & set(form.errors):
            setattr(post, name, as_typed[name])
        if "body" in form.changed_data:
            post.render()
        tags = _tags(form.cleaned_data.get("tags") or split(str(as_typed.get("tags", ""))))
        if post.lead_tag not in tags:
            label = make_key(form.cleaned_data.get("label", ""))
            chosen = [tag for tag in tags if tag.key == label]
            post.lead_tag = next(iter(chosen or tags), None)
        authors = [post.author, *_co_authors(post, form.cleaned_data.get("co_authors"))]
        # A new post has no row; with this id it has no rows of other tables either.
        post.pk = post.pk or 0
        return cls(post, list(dict.fromkeys(authors)), tags, now)


def missing(form: ModelForm) -> list[tuple[str, str]]:
    """Return pairs of a field's label, perhaps "", and what is wrong with it."""
    return [
        (str(form.fields[name].label) if name in form.fields else "", str(error))
        for name, errors in form.errors.items()
        for error in errors
    ]


def _tags(names: list[str]) -> list[Tag]:
    rows = Tag.objects.known(names)
    tags = [rows.get(make_key(name)) or _new_tag(name) for name in names]
    return list({tag.key: tag for tag in tags}.values())


def _new_tag(name: str) -> Tag:
    return Tag(name=name, key=make_key(name), slug=make_slug(name) or "tag")


def _co_authors(post: Post, chosen: Any) -> list[User]:
    """Present co-authors keep their order, as in PostAuthorQuerySet.replace()."""
    before = [row.user for row in post.bylines.select_related("user")] if post.pk else []
    if chosen is None:
        return before
    people = list(chosen)
    return [each for each in before if each in people] + [p for p in people if p not in before]
