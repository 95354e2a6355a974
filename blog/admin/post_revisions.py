"""The pages of a post's revisions: the list, two texts compared, one restored."""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.admin.base import ID
from blog.editing import history, history_sentences, restoring, sentences, typed
from blog.editing.conflict import Conflict
from blog.editing.differences import differences
from blog.models import Post, Revision
from blog.models.post import ChangedMeanwhile
from blog.transactions import writing

STRETCHES = 20
# With these the note is what one person told another.
SPOKEN = ("submit", "send_back")
# In place of a revision's number: the text that the post has now.
SAVED = "saved"


class NameForm(forms.ModelForm):
    class Meta:
        model = Revision
        fields = ("name",)


@dataclass(frozen=True)
class Side:
    """One of two texts that are compared."""

    words: str
    text: typed.Typed
    revision: Revision | None

    @property
    def is_only_typed(self) -> bool:
        return self.revision is not None and self.revision.kind in Revision.AS_TYPED


def urls(model_admin) -> list:
    pages = {
        "compare": ("compare/", compare_page),
        "restore": ("revisions/<int:pk>/restore/", restore_page),
        "name": ("revisions/<int:pk>/name/", name_revision),
    }
    return [
        path(
            f"<uuid:key>/{route}",
            model_admin.admin_site.admin_view(partial(view, model_admin)),
            name=f"blog_post_{name}",
        )
        for name, (route, view) in pages.items()
    ]


def list_page(model_admin, request, post):
    rows = history.rows_of(post)
    page = Paginator(history.stretches(rows), STRETCHES).get_page(request.GET.get("p"))
    shown = history.shown(post, page, rows)
    context = _context(model_admin, request, post, _("Revisions")) | {
        "page": page,
        "stretches": [
            {
                "heading": history_sentences.heading(each.stretch),
                "words": history_sentences.words_changed(each.words),
                "shown": _lines(each.entries),
                "folded": _lines(each.folded),
            }
            for each in shown
        ],
        "is_changed_elsewhere": page.number == 1 and not history.current_of(post, rows),
        "is_read": post.is_visible(timezone.now()),
        "older": _first_older(shown),
        "may_name": model_admin.has_change_permission(request, post),
        "may_restore": may_restore(model_admin, request, post),
        "user_id": request.user.pk,
    }
    return TemplateResponse(request, "admin/post_revisions.html", context)


def compare_page(model_admin, request, key):
    post = find(model_admin, request, key)
    chosen = [request.GET.get(name, "") for name in ("older", "newer")]
    if not all(chosen):
        messages.info(request, _("Choose two versions to compare."))
        return redirect("admin:blog_post_history", post.pk)
    before, after = _in_order(*(_side(post, value) for value in chosen))
    context = _context(model_admin, request, post, _("Two versions")) | {
        "before": before,
        "after": after,
        "differences": differences(before.text, after.text),
        "may_restore": may_restore(model_admin, request, post),
    }
    return TemplateResponse(request, "admin/post_compare.html", context)


def restore_page(model_admin, request, key, pk: int):
    post = find(model_admin, request, key)
    if not model_admin.has_change_permission(request, post):
        raise PermissionDenied
    if post.status == Post.Status.TRASH:
        messages.info(request, _("Take the post out of the trash first."))
        return redirect("admin:blog_post_history", post.pk)
    revision = _revision(post, pk)
    if request.method != "POST":
        return _ask(model_admin, request, post, revision)
    if "_put_away" in request.POST and revision.kind == Revision.Kind.SUGGESTION:
        restoring.put_away(revision)
        messages.success(request, _("Put away. It stays in the revisions."))
        return redirect("admin:blog_post_change", post.pk)
    return _restore(model_admin, request, post, revision)


def name_revision(model_admin, request, key, pk: int):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    post = find(model_admin, request, key)
    if not model_admin.has_change_permission(request, post):
        raise PermissionDenied
    revision = _revision(post, pk)
    form = NameForm(request.POST, instance=revision)
    if revision.kind in history.FOLDED:
        raise PermissionDenied
    if form.is_valid():
        with writing():
            Revision.objects.filter(pk=pk).update(name=form.cleaned_data["name"])
        messages.success(request, _("Named.") if revision.name else _("The name was removed."))
    else:
        messages.error(request, " ".join(form.errors["name"]))
    back, page = reverse("admin:blog_post_history", args=[post.pk]), request.POST.get("p", "")
    query = f"?p={page}" if ID.fullmatch(page) else ""
    return redirect(f"{back}{query}#revision-{pk}")


def suggestions(post: Post | None) -> list[dict]:
    """For the lines above the form: admin/_post_suggestions.html."""
    rows = history.open_suggestions(post) if post else []
    return [{"pk": row.pk, "sentence": history_sentences.suggested(row)} for row in rows]


def find(model_admin, request, key) -> Post:
    post = model_admin.get_queryset(request).filter(uuid=key).first()
    if post is None:
        raise Http404
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    return post


def may_restore(model_admin, request, post) -> bool:
    may_change = model_admin.has_change_permission(request, post)
    return may_change and post.status != Post.Status.TRASH


def _context(model_admin, request, post, title: str) -> dict:
    return {
        **model_admin.admin_site.each_context(request),
        "title": f"{title}: {post}",
        "place": title,
        "subtitle": None,
        "opts": model_admin.opts,
        "original": post,
        "has_view_permission": True,
    }


def _lines(entries: list[history.Entry]) -> list[dict]:
    return [
        {
            "entry": entry,
            "row": entry.row,
            "time": history_sentences.clock(entry.row.created_at),
            "full_time": history_sentences.time(entry.row.created_at),
            "event": history_sentences.event(entry),
            "note": entry.row.note if entry.row.verb in SPOKEN else "",
            "remark": entry.waved_through,
            "is_open": entry.row.kind == Revision.Kind.SUGGESTION and not entry.row.verb,
        }
        for entry in entries
    ]


def _first_older(shown: list[history.ShownStretch]) -> int | None:
    """Return the revision that is chosen as the older one when the page opens."""
    rows = (each for stretch in shown for each in stretch.entries if not each.is_current)
    return next((each.row.pk for each in rows if each.row.kind not in Revision.AS_TYPED), None)


def _revision(post: Post, pk: int) -> Revision:
    found = post.revisions.select_related("editor").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _side(post: Post, value: str) -> Side:
    if value == SAVED:
        return Side(_now(post), typed.from_post(post), None)
    if not ID.fullmatch(value):
        raise Http404
    revision = _revision(post, int(value))
    return Side(history_sentences.side(revision), typed.from_revision(revision), revision)


def _now(post: Post) -> str:
    if post.is_visible(timezone.now()):
        return _("What readers see now")
    return _("The saved text")


def _in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """The older one first. What was typed and not saved comes after what is saved."""
    if one.revision is None or other.revision is None:
        saved, chosen = (one, other) if one.revision is None else (other, one)
        return (saved, chosen) if chosen.is_only_typed else (chosen, saved)
    if one.revision.created_at > other.revision.created_at:
        return other, one
    return one, other


def _ask(model_admin, request, post, revision, *, problems=(), told="", status=200):
    """The page with the button, and what it would change."""
    after = restoring.content(revision, post, request.user)
    context = _context(model_admin, request, post, _("An earlier text")) | {
        "revision": revision,
        "before": _now(post),
        "after": history_sentences.side(revision),
        "differences": differences(typed.from_post(post), after),
        "is_live": post.is_visible(timezone.now()),
        "is_suggestion": revision.kind == Revision.Kind.SUGGESTION and not revision.verb,
        "lacks_picture": restoring.lacks_picture(revision),
        "problems": problems,
        "told": told,
    }
    return TemplateResponse(request, "admin/post_restore.html", context, status=status)


def _restore(model_admin, request, post, revision):
    seen = request.POST.get("_version", "")
    if seen != str(post.version):
        return _too_late(model_admin, request, post, revision)
    values = restoring.content(revision, post, request.user)
    changed = [each.label for each in differences(typed.from_post(post), values)]
    if not changed:
        messages.info(request, _("This is the text that is saved. Nothing was changed."))
        return redirect("admin:blog_post_history", post.pk)
    try:
        restoring.apply(values, post)
    except ValidationError as error:
        stored = Post.objects.get(pk=post.pk)
        problems = restoring.problems(error)
        return _ask(model_admin, request, stored, revision, problems=problems, status=422)
    # Rendering takes seconds for a long text; readers' comments would wait for the lock.
    post.prepare()
    try:
        with writing():
            restoring.write(values, post, revision, by=request.user, seen=int(seen))
            model_admin.log_change(request, post, [{"changed": {"fields": changed}}])
    except ChangedMeanwhile:
        return _too_late(model_admin, request, post, revision)
    message = _("Restored. The text before is in the revisions.")
    if post.is_visible(timezone.now()):
        message = _("Restored. Readers see this text now; the one before is in the revisions.")
    messages.success(request, message)
    for sentence in sentences.about_addresses(post.body):
        messages.warning(request, sentence)
    return redirect("admin:blog_post_change", post.pk)


def _too_late(model_admin, request, post, revision):
    stored = Post.objects.get(pk=post.pk)
    told = Conflict.of(stored, {}, None).sentence
    return _ask(model_admin, request, stored, revision, told=told, status=409)
