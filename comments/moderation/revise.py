"""A moderator's edit of a comment: its text, name and website, never its status."""

from blog.cache import versions
from blog.text import markup
from blog.transactions import writing
from comments.models import Comment, Edit
from comments.models.identifiers import new_identifier

REVISABLE = ("body", "author_name", "author_url")
CHANGED = (*REVISABLE, "body_html", "render_version", "version", "revised_at", "revised_by")


def revise(comment: Comment, values: dict[str, str], *, by, seen: int) -> bool:
    """Return False if the comment changed since the version `seen`. `values` has the keys
    REVISABLE.

    Both digests, the submission and the reasons for holding stay: they belong to the text that its
    author sent, which Akismet checked and which its author may not send again.
    """
    with writing() as scopes:
        rows = Comment.objects.decidable_by(by).select_for_update(of=("self",))
        row = rows.filter(pk=comment.pk, version=seen).first()
        if row is None or row.is_over:
            return False
        if any(getattr(row, name) != values[name] for name in REVISABLE):
            _set(row, values, by)
            if row.status == Comment.Status.APPROVED:
                scopes.update((versions.of_post(row.post_id), versions.COMMENTS))
    comment.refresh_from_db(fields=[*REVISABLE, "version", "revised_at", "revised_by"])
    return True


def _set(comment: Comment, values: dict[str, str], by) -> None:
    comment.revised_at, comment.revised_by = Edit.record(comment, by=by).created_at, by
    for name in REVISABLE:
        setattr(comment, name, values[name])
    comment.body_html = markup.render_comment(comment.body)
    comment.render_version = markup.RENDER_VERSION
    comment.version = new_identifier()
    comment.save(update_fields=CHANGED)
