"""The flaws that an export may have, and a sentence for each."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Flaw(StrEnum):
    """The item or the file was mended and read."""

    ENCODING = "encoding"
    CONTROL = "control"
    MARKUP = "markup"
    UNKNOWN_ENCODING = "unknown encoding"
    NAMESPACE = "namespace"
    CUT_OFF = "cut off"


class Loss(StrEnum):
    """The item could not be read."""

    BROKEN = "broken"
    CUT_OFF = "cut off"
    TOO_DEEP = "too deep"
    TOO_LARGE = "too large"


class Refusal(StrEnum):
    """The file was not read at all."""

    COMPRESSED = "compressed"
    DOCTYPE = "doctype"
    NOT_AN_EXPORT = "not an export"
    UTF_16 = "utf-16"
    VERSION = "version"


class Remark(StrEnum):
    """An item or a comment becomes something else than the file says."""

    PASSWORD = "password"  # noqa: S105
    STATUS = "status"
    COMMENT_STATUS = "comment status"
    PARENT = "parent"
    CIRCLE = "circle"
    TWICE = "twice"
    DATE = "date"


SENTENCES: dict[Flaw | Loss | Refusal | Remark, str | Promise] = {
    Flaw.ENCODING: _("Some letters were in another encoding, and were read as Windows-1252."),
    Flaw.CONTROL: _("Control characters, which XML does not allow, were removed."),
    Flaw.MARKUP: _("Its XML was broken and was mended. Please look at this text."),
    Flaw.UNKNOWN_ENCODING: _("The file names an encoding that is not known. It was read as UTF-8."),
    Flaw.NAMESPACE: _("The file does not declare the namespace of WordPress."),
    Flaw.CUT_OFF: _("The file ends before its last line. What comes after may be missing."),
    Loss.BROKEN: _("Its XML is broken, and it could not be read."),
    Loss.CUT_OFF: _("The file ends in the middle of it, and it could not be read."),
    Loss.TOO_DEEP: _("Its XML is nested too deeply, and it was not read."),
    Loss.TOO_LARGE: _("It is larger than 16 MB, and was not read."),
    Refusal.COMPRESSED: _("The file is compressed. Unpack it first."),
    Refusal.DOCTYPE: _(
        "The file has a DOCTYPE or declares entities. WordPress writes none, so nothing was read."
    ),
    Refusal.NOT_AN_EXPORT: _("The file is not an export of WordPress (WXR)."),
    Refusal.UTF_16: _("The file is written in UTF-16. Save it as UTF-8 first."),
    Refusal.VERSION: _(
        "The file does not say its version of WXR, as exports of WordPress do. Nothing was read."
    ),
    Remark.PASSWORD: _("It has a password. There are none here, so it is private."),
    Remark.STATUS: _("Its status is missing or not known, so it is a draft."),
    Remark.COMMENT_STATUS: _("Its status is missing or not known, so it waits for a moderator."),
    Remark.PARENT: _("What it replies to is not among the comments, so it begins a thread."),
    Remark.CIRCLE: _("It replies to its own reply, so it begins a thread."),
    Remark.TWICE: _("Its number stands twice in the file. Both are kept."),
    Remark.DATE: _("It has no date. It gets that of the post."),
}
assert SENTENCES.keys() == {*Flaw, *Loss, *Refusal, *Remark}  # noqa: S101
