"""Answers a form of a post that was sent: saved, asked back, or lost to somebody who was faster."""

from dataclasses import asdict, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.admin import post_page
from blog.admin.post_page import Page
from blog.admin.questions import ANSWERS, CHECK
from blog.editing import publishing, sentences, typed, working_copy
from blog.editing.conflict import Conflict
from blog.editing.publishing import Press
from blog.models import Post, Revision
from blog.models.post import ChangedMeanwhile
from blog.sign_in_again import shown_again
from blog.text.characters import isolated
from blog.transactions import writing
from blog.views import errors

LONG_ALT = 250


def answer(model_admin, request, object_id: str | None):
    post = _find(model_admin, request, object_id)
    if object_id and post is None:
        return errors.no_post(request)
    if shown_again(request):
        return _show_again(model_admin, request, post)
    if post and not model_admin.has_change_permission(request, post):
        return _suggest(model_admin, request, post)
    form = post_page.make_form(model_admin, request, post, request.POST, request.FILES)
    press = _press(request, form, post)
    if post and {"_theirs", "_merge"} & set(request.POST):
        return _resolved(model_admin, request, form, press)
    if post and is_last_press(post, press):
        return _saved(request, post, press.button)
    if post and press.seen != post.version:
        return _too_late(model_admin, request, form, press)
    if not form.is_valid() or CHECK in request.POST:
        return _ask_back(model_admin, request, form)
    press = replace(press, waved=_waved_through(form))
    is_new = post is None or working_copy.is_all_there_is(post, request.user)
    try:
        # Rendering takes seconds for a long text; readers' comments would wait for the lock.
        form.instance.prepare()
        with writing():
            publishing.save(form, press)
            _log(model_admin, request, form, is_new=is_new)
    except ChangedMeanwhile:
        if post is None and _is_autosaved_meanwhile(model_admin, request):
            return answer(model_admin, request, object_id)
        return _too_late(model_admin, request, form, press)
    except ValidationError as error:
        form.add_error(None, error)
        return _ask_back(model_admin, request, form)
    return _saved(request, form.instance, press.button, form)


def _show_again(model_admin, request, post: Post | None):
    """After signing in again. The version is still that of the page on which it was typed."""
    if post and not model_admin.has_change_permission(request, post):
        raise PermissionDenied
    form = post_page.make_form(model_admin, request, post, request.POST)
    told, seen = shown_again(request).sentence, request.POST.get("_version", "")
    return post_page.form_page(model_admin, request, form, told=told, version=seen)


def _find(model_admin, request, object_id: str | None) -> Post | None:
    """Return the post of the address, or the one that this same form of a new post became."""
    if object_id:
        return model_admin.get_object(request, object_id)
    key = post_page.key(request.POST)
    return model_admin.get_queryset(request).filter(uuid=key).first() if key else None


def _is_autosaved_meanwhile(model_admin, request) -> bool:
    post = _find(model_admin, request, None)
    return post is not None and working_copy.is_all_there_is(post, request.user)


def _press(request, form, post: Post | None) -> Press:
    names, files = form.fields, [f"{file.name} {file.size}" for file in request.FILES.values()]
    digest = typed.digest(typed.from_data(request.POST, typed.NAMES), form.button, *files)
    page = asdict(Page.of(request.POST))
    if post:
        page["seen"] = working_copy.base(post, request.user, **page)
    return Press(
        button=form.button,
        by=request.user,
        digest=digest,
        note=request.POST.get("note", "").strip() if "note" in names else "",
        continues=request.POST.get("_continues", ""),
        **page,
    )


def _waved_through(form) -> str:
    """Return the note for the revision about findings that the person publishes anyway."""
    found = list(dict.fromkeys(finding.sentence for finding in form.stopping))
    if form.lacks_description and not found:
        found = [_("The lead picture has no description.")]
    note = _("Published anyway: %(findings)s") % {"findings": " ".join(found)}
    return note[:500] if found else ""


def _ask_back(model_admin, request, form):
    """Show the form again with its errors and questions; a picture that was chosen is kept, since
    browsers do not send a file twice."""
    upload = form.cleaned_data.get("lead_upload")
    more = {"version": form.instance.version} if form.instance.pk else {}
    if upload and "lead_image" in form.fields:
        with writing():
            image = form.keep_image(upload)
        data = request.POST.copy()
        data["lead_image"] = image.pk
        form = post_page.make_form(model_admin, request, _again(form.instance), data)
    return post_page.form_page(model_admin, request, form, **more)


def _again(post: Post) -> Post | None:
    # Validation has written what was typed into the row that the form had.
    return Post.objects.get(pk=post.pk) if post.pk else None


def _saved(request, post: Post, button: str, form=None):
    messages.success(request, sentences.after(button, post))
    if post.status != Post.Status.TRASH:
        for sentence in sentences.about_addresses(post.body):
            messages.warning(request, sentence)
    if form and len(post.lead_alt) >= LONG_ALT and not post.lead_caption:
        message = _(
            "The description of the lead picture has %(length)d characters: consider a caption."
        )
        messages.info(request, message % {"length": len(post.lead_alt)})
    if post.status == Post.Status.TRASH:
        return redirect("admin:blog_post_changelist")
    # Return to the form, since the editor goes on writing.
    return redirect("admin:blog_post_change", post.pk)


def _log(model_admin, request, form, *, is_new: bool) -> None:
    if is_new:
        model_admin.log_addition(request, form.instance, [{"added": {}}])
    elif form.changed_data:
        model_admin.log_change(
            request, form.instance, [{"changed": {"fields": form.labels_changed()}}]
        )


# Somebody was faster.


def _too_late(model_admin, request, form, press: Press):
    key = form.instance.uuid
    post = model_admin.get_queryset(request).filter(uuid=key).first()
    if post is None:
        return errors.no_post(request)
    if was_saved_by(post, press):
        return _saved(request, post, press.button)
    mine = typed.from_data(request.POST, form.fields)
    with writing():
        working_copy.keep(post, press.by, mine, **asdict(Page.of(request.POST)))
    return _conflict_page(model_admin, request, Conflict.of(post, mine, press.seen), press)


def is_last_press(post: Post, press: Press) -> bool:
    """Is this a double click, whose first press was the last change of the post?"""
    last = post.revisions.saved().first()
    if last is None or not press.tab:
        return False
    return (last.tab, last.digest, last.version) == (press.tab, press.digest, post.version)


def was_saved_by(post: Post, press: Press) -> bool:
    """Is this the same page sent again, by a double click or from the browser's history?"""
    same = {"tab": press.tab, "digest": press.digest}
    return bool(press.tab) and post.revisions.saved().filter(**same).exists()


def _conflict_page(model_admin, request, conflict: Conflict, press: Press):
    post = conflict.post
    offered = dict(publishing.buttons(post, request.user, timezone.now()))
    button = press.button if press.button in offered else next(iter(offered), "_update")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Two versions: %(post)s") % {"post": post},
        "subtitle": None,
        "opts": model_admin.opts,
        "original": post,
        "has_view_permission": True,
        "conflict": conflict,
        "merged": conflict.merged(),
        "typed": _sent_again(request),
        "button": button,
        "button_words": offered.get(button, ""),
        "action": reverse("admin:blog_post_change", args=[post.pk]),
        "seen": press.seen or "",
        "has_file": bool(request.FILES),
    }
    return TemplateResponse(request, "admin/post_conflict.html", context, status=409)


def _sent_again(request) -> list[tuple[str, str]]:
    mechanism = {"csrfmiddlewaretoken", "_version", "_seen", *publishing.VERBS, *ANSWERS}
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        # An empty web address was not emptied: the other text got one meanwhile.
        if name not in mechanism and (name, value) != ("slug", "")
    ]


def _resolved(model_admin, request, form, press: Press):
    """On the page with both texts: keep theirs, or edit the merge. What is not taken stays in the
    revisions. To keep one's own text is an ordinary save of the newer version."""
    post = form.instance
    mine = typed.from_data(request.POST, form.fields)
    seen = post_page.version_in(request.POST.get("_seen", ""))
    conflict = Conflict.of(_again(post), mine, seen)
    page = {"tab": press.tab, "number": press.number, "seen": seen}
    with writing():
        if "_theirs" in request.POST:
            working_copy.put_aside(post, press.by, mine, **page)
        else:
            Revision.set_aside(post, by=press.by, fields=mine, version=conflict.seen)
    if "_theirs" in request.POST:
        messages.info(request, _("Your text is in the revisions. This is the saved one."))
        return redirect("admin:blog_post_change", post.pk)
    data = request.POST.copy()
    merged = conflict.merged()
    for name, values in typed.to_data(merged.values if merged else mine).lists():
        data.setlist(name, values)
    form = post_page.make_form(model_admin, request, conflict.post, data)
    told = _("This is both texts in one. Read it, then press a button: nothing is saved yet.")
    return post_page.form_page(model_admin, request, form, told=told)


def _suggest(model_admin, request, post: Post):
    """An Editor published it while a Contributor typed: the text becomes a suggestion."""
    form = post_page.make_form(model_admin, request, post, request.POST)
    mine = typed.from_data(request.POST, form.fields)
    with writing():
        working_copy.suggest(post, request.user, mine, **asdict(Page.of(request.POST)))
    messages.warning(request, suggested(post))
    return redirect("admin:blog_post_change", post.pk)


def suggested(post: Post) -> str:
    last = post.revisions.saved().select_related("editor").first()
    who = isolated(last.editor) if last and last.editor else _("An editor")
    message = _(
        "%(who)s published this post while you were typing. Your text is kept as a suggestion:"
        " the editors find it in the revisions."
    )
    if post.status == Post.Status.TRASH:
        message = _(
            "%(who)s moved this post to the trash while you were typing. Your text is kept as a"
            " suggestion: the editors find it in the revisions."
        )
    return message % {"who": who}
