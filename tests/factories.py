"""Rows for tests: plain functions with keyword overrides. Every text is our own."""

import os
from datetime import timedelta
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from blog.models import Post, Role, User
from blog.transactions import writing
from comments.enqueue import enqueue
from comments.models import Comment, Decision, Heartbeat
from comments.rules.holding import Facts, Rules
from comments.submit.edit import edit_text
from comments.submit.save import save_comment

# Other processes make rows in the same database (tests/site.py).
_number = count(os.getpid() * 1000)


def make_user(role: Role | None = None, **fields) -> User:
    number = next(_number)
    fields = {
        "username": f"person{number}",
        "display_name": f"Person {number}",
        "email": f"person{number}@example.org",
        "is_staff": role is not None,
        **fields,
    }
    user = User.objects.create_user(password="a long enough secret", **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_post(*, tags=(), days_ago: float = 1, **fields) -> Post:
    number = next(_number)
    status = fields.setdefault("status", Post.Status.PUBLISHED)
    if status != Post.Status.DRAFT:
        fields.setdefault("published_at", timezone.now() - timedelta(days=days_ago))
    fields.setdefault("title", f"The tram that never came {number}")
    fields.setdefault("body", "It was seen from the bridge.\n\nNobody got in.")
    if "author" not in fields:
        fields["author"] = make_user(Role.AUTHOR)
    post = Post(**fields)
    post.save()
    post.tags.set(tags)
    return post


def make_comment(post: Post | None = None, *, parent=None, status="pending", **fields) -> Comment:
    """As a reader's comment stands after the check said ham and, if so, a person decided."""
    number = next(_number)
    now = timezone.now()
    post = post or (parent.post if parent else make_post())
    fields = {
        "author_name": f"Reader {number}",
        "author_email": f"reader{number}@example.net",
        "body": f"I was on that bridge, number {number}.",
        "submitted_at": now,
        "status_at": now - timedelta(minutes=5),
        "version": 1,
        "ip": "203.0.113.7",
        "network": "203.0.113.0/24",
        "screened": "ham",
        "screened_at": now,
        "believed": "ham",
        "submission": {"user_ip": "203.0.113.7", "comment_content": f"number {number}"},
        **fields,
    }
    comment = Comment(
        post=post,
        parent=parent,
        root_id=parent and (parent.root_id or parent.pk),
        depth=parent.depth + 1 if parent else 0,
        status=status,
        **fields,
    )
    said = {"name": comment.author_name, "email": comment.author_email, "body": comment.body}
    comment.digest = Comment.digest_of(post.pk, comment.parent_id, said)
    comment.save()
    first = status if status == "spam" else "pending"
    moves = [("", first, None), (first, status, fields.get("by") or moderator())]
    for old, new, by in moves[: 1 + (first != status)]:
        Decision.objects.create(
            comment=comment,
            by=by,
            by_a_person=by is not None,
            old_status=old,
            new_status=new,
            new_version=comment.version if new == status else None,
            created_at=now - timedelta(minutes=5),
        )
    return comment


def submit_comment(post: Post, *, parent=None, user=None, rules=None, **facts) -> Comment:
    number = next(_number)
    facts = {
        "name": f"Reader {number}",
        "email": f"reader{number}@example.net",
        "url": "",
        "body": f"I was on that bridge, number {number}.",
        "ip": "203.0.113.7",
        "user_agent": "Reader/1.0",
        **facts,
    }
    with writing():
        comment, due = save_comment(
            post,
            parent,
            Facts(**facts),
            rules or Rules(),
            user=user,
            referrer="",
            headers={},
            language="en-GB",
        )
        enqueue(due)
    return comment


def edit_as_author(comment: Comment, facts: Facts, rules: Rules | None = None) -> bool:
    """As the page of its author does."""
    with writing():
        is_saved, due = edit_text(comment, facts, rules or Rules())
        enqueue(due)
    return is_saved


def moderator() -> User:
    found = User.objects.filter(username="mo").first()
    return found or make_user(Role.MODERATOR, username="mo", display_name="Mo Derator")


def signed_cookie(name: str, value) -> str:
    """As set_signed_cookie() signs it with the name as salt."""
    response = HttpResponse()
    response.set_signed_cookie(name, str(value), salt=name)
    return response.cookies[name].value


def form_fields(**fields) -> dict:
    """What a reader types into the form of a post."""
    number = next(_number)
    return {
        "name": "Ana Reader",
        "email": f"ana{number}@example.net",
        "url": "",
        "body": f"Nobody got in, that is true, number {number}.",
        "parent": "",
        "homepage2": "",
        **fields,
    }


def send_comment(client, post: Post, *, ip="203.0.113.7", headers=None, **fields):
    """By the form, as a browser sends it."""
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Firefox/140"} | (headers or {})
    return client.post(
        f"{post.path}comments/", form_fields(**fields), REMOTE_ADDR=ip, headers=headers
    )


def reply_and_approve(comment: Comment, person: User) -> int:
    """By the moderator's form, where the comment stands as this instance says; the status."""
    client = Client()
    client.force_login(person)
    said = {"body": f"We have asked. {next(_number)}", "seen": comment.version}
    return client.post(f"/moderation/{comment.public_id}/reply/", said).status_code


def know_quota() -> None:
    """So that a sweep does not ask Akismet for it."""
    row = Heartbeat.locked(Heartbeat.QUOTA)
    row.next_at = timezone.now() + timedelta(days=1)
    row.save()


def run_tasks() -> int:
    """What the worker would do now, one job after the other; the count of jobs."""
    done = 0
    while job := DBTaskResult.objects.ready().first():
        job.claim("test")
        result = job.task_result
        job.set_successful(job.task.call(*result.args, **result.kwargs))
        done += 1
    return done


def picture(name="tram.jpg", *, size=(40, 30), kind="JPEG", **options) -> SimpleUploadedFile:
    """An upload, red in its left half and blue in its right; `options` go to Pillow's save."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = BytesIO()
    image.save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")
