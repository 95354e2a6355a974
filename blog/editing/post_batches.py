"""Says which posts one person may change at once, and why others stay as they are."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from blog.editing.publishing import Rights, may_edit
from blog.models import Post, PostBatch, Revision, Role, Tag, User
from blog.models.post_batch import IS_GONE, OF_TAGS, Act, Outcome
from blog.models.tag_merge import tags_of

NO_RIGHT, IN_TRASH, SO_ALREADY = "no right", "in the trash", "so already"
S = Post.Status
# The lists show none of them, and they may be megabytes.
TEXTS = ("body", "body_html", "body_text", "headings")


@dataclass(frozen=True)
class Wish:
    """An act that somebody asks for, with a tag by its name or an author where it needs one."""

    act: Act
    tag: str = ""
    author: User | None = None

    def tag_id(self) -> int | None:
        """None: nobody used this tag yet."""
        known = Tag.objects.known([self.tag]) if self.tag else {}
        return next((tag.pk for tag in known.values()), None)


@dataclass
class Preview:
    """The posts that would be changed or left, without their texts."""

    changed: list[Post] = field(default_factory=list)
    left: dict[str, list[Post]] = field(default_factory=dict)
    gone: int = 0


def acts_of(user: User) -> list[Act]:
    edits_all = user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
    return [act for act in Act if edits_all or act != Act.AUTHOR]


def preview(user: User, wish: Wish, pks: Iterable[int]) -> Preview:
    pks = set(pks)
    rows = Post.objects.editable_by(user).filter(pk__in=pks).defer(*TEXTS)
    posts = list(rows.select_related("author").order_by("-modified_at", "-pk"))
    tags = tags_of(pks) if wish.act in OF_TAGS else {}
    found, tag_id = Preview(gone=len(pks) - len(posts)), wish.tag_id()
    for post in posts:
        if reason := obstacle(user, wish, post, tags.get(post.pk, []), tag_id):
            found.left.setdefault(reason, []).append(post)
        else:
            found.changed.append(post)
    return found


def press(user: User, wish: Wish, pks: Iterable[int], key: uuid.UUID) -> Outcome:
    """Raises OtherBatch; nothing is written then."""
    pks = set(pks)
    mine, tag_id = _editable(user, pks), wish.tag_id()

    def check(post: Post, tags: list[int]) -> str:
        # Nobody learns of posts of others.
        return obstacle(user, wish, post, tags, tag_id) if post.pk in mine else IS_GONE

    return PostBatch.objects.press(
        wish.act, pks, by=user, key=key, check=check, tag=wish.tag, author=wish.author
    )


def undo(user: User, batch: PostBatch) -> Outcome:
    mine = _editable(user, batch.posts)
    return batch.undo(by=user, check=lambda post, _tags: _undo_obstacle(user, batch, post, mine))


def preview_undo(user: User, batch: PostBatch) -> Preview:
    rows = Post.objects.filter(pk__in=batch.posts).defer(*TEXTS)
    posts, mine = list(rows.order_by("-modified_at", "-pk")), _editable(user, batch.posts)
    tags = tags_of(batch.posts) if batch.act in OF_TAGS else {}
    found = Preview(gone=len(batch.posts) - len(posts))
    there = batch.rows_there()
    for post in posts:
        reason = _undo_obstacle(user, batch, post, mine)
        reason = reason or batch.change_since(post, tags.get(post.pk, []), there)
        if post.pk not in mine:
            found.gone += 1
        elif reason:
            found.left.setdefault(reason, []).append(post)
        else:
            found.changed.append(post)
    return found


def writers_at_work(user: User, posts: list[Post]) -> tuple[int, list[str]]:
    """Return in how many of the posts other people have text that is not saved, and their names."""
    copies = Revision.objects.filter(kind=Revision.Kind.WORKING_COPY, post__in=posts)
    rows = copies.exclude(editor=user).values_list("post", "editor__display_name")
    return len({post for post, _name in rows}), sorted({name for _post, name in rows if name})


def obstacle(user: User, wish: Wish, post: Post, tags: list[int], tag_id: int | None) -> str:
    """Return the reason why the post stays as it is; "" if it does not."""
    is_trash, of_trash = post.status == S.TRASH, wish.act in (Act.TRASH, Act.RESTORE)
    if not may_edit(user, post) or of_trash and not Rights.of(user, post).owns:
        return NO_RIGHT
    if is_trash and not of_trash:
        return IN_TRASH
    is_so = {
        Act.LABEL: lambda: tag_id is not None and post.lead_tag_id == tag_id,
        Act.ADD_TAG: lambda: tag_id in tags,
        Act.TAKE_TAG: lambda: tag_id not in tags,
        Act.AUTHOR: lambda: wish.author is not None and post.author_id == wish.author.pk,
        Act.CLOSE: lambda: not post.comments_open,
        Act.OPEN: lambda: post.comments_open,
        Act.TRASH: lambda: is_trash,
        Act.RESTORE: lambda: not is_trash,
    }
    return SO_ALREADY if is_so[wish.act]() else ""


def _undo_obstacle(user: User, batch: PostBatch, post: Post, mine: set[int]) -> str:
    of_trash = batch.act in (Act.TRASH, Act.RESTORE)
    if post.pk not in mine or not may_edit(user, post):
        return NO_RIGHT
    if of_trash and not Rights.of(user, post).owns:
        return NO_RIGHT
    return IN_TRASH if post.status == S.TRASH and not of_trash else ""


def _editable(user: User, pks: Iterable[int]) -> set[int]:
    rows = Post.objects.editable_by(user).filter(pk__in=list(pks))
    return set(rows.values_list("pk", flat=True))
