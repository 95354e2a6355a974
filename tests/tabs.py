"""A page of the post form as its script uses it, for tests without a browser."""

import secrets
import uuid

from django.forms import CheckboxInput, MultiWidget
from django.test import Client
from django.urls import reverse

from blog.admin.tag_fields import TagsWidget
from blog.models import Post, Role
from tests.desk import ESSAY, Desk
from tests.pages import hidden_fields


def shown(form) -> dict:
    """What a browser sends of a form that nobody touched."""
    data = {}
    for field in form:
        value = field.value()
        if isinstance(field.field.widget, MultiWidget):
            parts = value if isinstance(value, list) else field.field.widget.decompress(value)
            data |= {f"{field.name}_{n}": part for n, part in enumerate(parts) if part}
        elif isinstance(field.field.widget, CheckboxInput):
            data |= {field.name: "on"} if value else {}
        elif value:
            data[field.name] = TagsWidget().format_value(value) if field.name == "tags" else value
    return data


class Tab:
    """One page, opened by a person at a desk."""

    def __init__(self, desk: Desk, post: Post | None = None, **fields):
        self.desk, self.fields = desk, ESSAY | fields
        if desk.user.has_role(Role.EDITOR):
            author = post.author_id if post else desk.user.pk
            self.fields = {"author": author, "kind": "post"} | self.fields
        self.version = post.version if post else ""
        self.uuid = post.uuid if post else uuid.uuid4()
        self.tab, self.number, self.continues = secrets.token_hex(8), 0, ""

    @classmethod
    def of(cls, desk: Desk, answer, **fields) -> "Tab":
        """As the server sent it."""
        form = answer.context["adminform"].form
        tab = cls(desk)
        tab.fields = shown(form) | fields
        said = hidden_fields(answer)
        tab.fields |= {name: value for name, value in said.items() if name.startswith("initial-")}
        tab.version, tab.uuid = said["_version"], uuid.UUID(said["_uuid"])
        tab.tab, tab.number = said["_tab"], int(said["_number"])
        tab.continues = said["_continues"]
        return tab

    @property
    def post(self) -> Post:
        return Post.objects.get(uuid=self.uuid)

    @property
    def url(self) -> str:
        return reverse("admin:blog_post_autosave", args=[self.uuid])

    def data(self, **more) -> dict:
        """What the page sends now, under the next number."""
        self.number += 1
        page = {"_tab": self.tab, "_number": self.number, "_version": self.version}
        page |= {"_continues": self.continues}
        return self.fields | page | {"_uuid": self.uuid} | more

    def autosave(self, client: Client | None = None, **fields):
        self.fields |= fields
        answer = self.send(self.data(), client)
        if answer.status_code == 200:
            self.version = answer.json()["version"]
        return answer

    def send(self, data: dict, client: Client | None = None):
        return (client or self.desk.client).post(self.url, data)

    def press(self, button="_draft", **fields):
        self.fields |= fields
        return self.send_press(self.data(**{button: "1"}))

    def send_press(self, data: dict):
        # A page that never heard of its row still has the address of the empty form.
        name, args = ("change", [self.post.pk]) if data["_version"] else ("add", [])
        return self.desk.client.post(reverse(f"admin:blog_post_{name}", args=args), data)
