"""Two people saved the same post: both texts, and a merge where they touched different
paragraphs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from blog.editing import sentences, typed
from blog.editing.differences import Difference, differences
from blog.editing.merge import Labels, MergedFields, merge_fields
from blog.editing.typed import Typed
from blog.models import Post, Revision
from blog.text.characters import isolated


@dataclass(frozen=True)
class Conflict:
    post: Post
    mine: Typed
    seen: int | None
    last: Revision | None
    base: Typed | None

    @classmethod
    def of(cls, post: Post, mine: Typed, seen: int | None) -> "Conflict":
        saved = post.revisions.saved().select_related("editor")
        base = saved.filter(version=seen).first() if seen else None
        return cls(post, mine, seen, saved.first(), typed.from_revision(base) if base else None)

    @property
    def sentence(self) -> str:
        return f"{self.who_saved} {_('Nothing of yours was lost or written.')}"

    @property
    def who_saved(self) -> str:
        if self.last is None:
            return _("This post was saved after you opened it.")
        sentence = {
            "to_trash": _("%(who)s moved this post to the trash at %(time)s, after you opened it."),
            "take_down": _("%(who)s took this post down at %(time)s, after you opened it."),
            "publish": _("%(who)s published this post at %(time)s, after you opened it."),
        }.get(self.last.verb, _("%(who)s saved this post at %(time)s, after you opened it."))
        who = isolated(self.last.editor) if self.last.editor else _("Someone who has left")
        return sentence % {"who": who, "time": sentences.time(self.last.created_at)}

    @property
    def theirs(self) -> Typed:
        return typed.like(self.post, self.mine)

    @property
    def differences(self) -> list[Difference]:
        """Mine against theirs, for each field that differs."""
        return differences(self.theirs, self.mine)

    def merged(self) -> MergedFields | None:
        """None where nobody knows what the text was when this person began."""
        if self.base is None:
            return None
        who = isolated(self.last.editor) if self.last and self.last.editor else _("somebody else")
        labels = Labels(
            changed=_("[This paragraph as %(who)s changed it:]") % {"who": who},
            added=_("[Added here by %(who)s:]") % {"who": who},
            deleted=_("[%(who)s deleted the next paragraph.]") % {"who": who},
        )
        return merge_fields(self.base, self.mine, self.theirs, labels)
