"""Rows around the model page, for scenes to write by RunningSite.python."""

import random
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blog import tasks
from blog.images.upload import clean_picture
from blog.models import Image, Post, Role, Site
from comments.models import Comment, Policy
from tests import model_essay
from tests.factories import make_comment, make_post, make_user, moderator

REMOVED = 5
LONG_WORD = "Donaudampfschifffahrt" * 24  # 504 letters
LONG_ADDRESS = f"https://example.org/{'timetable/' * 40}"
PICTURE = Path(__file__).resolve().parents[1] / "comments" / "demo" / "pictures" / "lighthouse.jpg"


def keep_picture() -> Image:
    """As the admin keeps an upload: the same file again is the same picture."""
    upload = SimpleUploadedFile(PICTURE.name, PICTURE.read_bytes())
    file, sha256 = clean_picture(upload)
    image = Image.objects.filter(sha256=sha256).first()
    if image is None:
        image = Image.objects.create(file=file, sha256=sha256, alt=model_essay.ALT)
        tasks.later(tasks.make_renditions, image.pk)
    return image


def publish_cards() -> None:
    """The three latest posts with all that a card shows, an old one, and words in the masthead.
    Those of a scene before make room."""
    titles = [card.title for card in model_essay.CARDS]
    Post.objects.filter(title__in=titles).delete()
    row = Site.current()
    row.navigation = "Archive | /archive/\nAll subjects | /tags/"
    row.save()
    make_post(title="The Old Bell of Saltby", days_ago=400)
    author = make_user(Role.AUTHOR, display_name="Ines Calder")
    for number, card in enumerate(model_essay.CARDS):
        post = make_post(
            title=card.title,
            excerpt=card.excerpt,
            author=author,
            lead_image=keep_picture(),
            lead_alt=card.alt,
            tags=[card.label],
            published_at=timezone.now() - timedelta(seconds=number),
        )
        post.choose_lead_tag([card.label])


def publish_essay(body: str = model_essay.BODY, comments: int = 0):
    post = make_post(
        title=model_essay.TITLE,
        deck=model_essay.DECK,
        body=body,
        excerpt=model_essay.EXCERPT,
        lead_image=keep_picture(),
        lead_alt=model_essay.ALT,
        lead_caption=model_essay.CAPTION,
        tags=model_essay.TAGS,
        days_ago=30,
    )
    post.choose_lead_tag([model_essay.LABEL])
    for number in range(comments):
        make_comment(post, status="approved", body=f"I did look up, {number} times. It is a bell.")
    return post


def heat_thread():
    """200 comments in 55 threads of up to five levels, by readers, the author and the staff."""
    post = make_post(title="Who Stole the Tram?", days_ago=3)
    staff, chance, most = moderator(), random.Random(1129), Policy.current().depth
    said = [_say(post, None, number, staff) for number in range(55)]
    for _level in range(1, most):
        said.append(_say(post, said[-1], len(said), staff))
    while len(said) < 200:
        parent = chance.choice([row for row in said if row.depth < most - 1])
        said.append(_say(post, parent, len(said), staff))
    Comment.decide({row.public_id: None for row in said}, "approve", by=staff)
    answered = {row.parent_id for row in said}
    first = [row for row in said if row.depth == 0 and row.pk in answered][:REMOVED]
    Comment.decide({row.public_id: None for row in first}, "trash", by=staff)
    return post


def _say(post, parent, number: int, staff):
    bodies = [f"I was on that tram, number {number}.", LONG_WORD, f"See {LONG_ADDRESS} and weep."]
    writers = {
        11: {"user": post.author, "author_name": str(post.author)},
        13: {"user": staff, "user_is_staff": True, "author_name": str(staff)},
    }
    fields = next((who for step, who in writers.items() if number % step == 0), {})
    fields = {"author_name": f"Reader {number}", **fields}
    return make_comment(post, parent=parent, body=bodies[number % 7 % 3], **fields)
