"""Text that was kept and not saved: offered when the post is opened again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from blog.admin import post_page
from blog.editing import conflict, sentences, typed, working_copy
from blog.models import Post, Revision
from blog.transactions import writing


def form_page(model_admin, request, post: Post):
    """The form as saved; with `?continue=` it is filled with the unsaved text."""
    copy = _copy(request, post)
    if copy and request.GET.get("continue") == str(copy.pk):
        return _continued(model_admin, request, post, copy)
    form = post_page.make_form(model_admin, request, post)
    offered = copy if copy and typed.differs(post, copy) else None
    return post_page.form_page(model_admin, request, form, **_offered(offered))


def compare(model_admin, request, key):
    """Both texts side by side; a POST discards the unsaved one."""
    post = model_admin.get_queryset(request).filter(uuid=key).first()
    if post is None:
        raise Http404
    if not model_admin.has_change_permission(request, post):
        raise PermissionDenied
    copy = _copy(request, post)
    if request.method == "POST":
        return _discard(request, post, copy)
    if copy is None:
        messages.info(request, _("There is no unsaved text of yours any more."))
        return redirect("admin:blog_post_change", post.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Unsaved text: %(post)s") % {"post": post},
        "subtitle": None,
        "opts": model_admin.opts,
        "original": post,
        "has_view_permission": True,
        **_offered(copy),
        "uuid": post.uuid,
        "differences": conflict.differences(typed.like(post, copy.fields), copy.fields),
    }
    return TemplateResponse(request, "admin/post_unsaved.html", context)


def _offered(copy: Revision | None) -> dict:
    return {"unsaved": copy, "unsaved_at": sentences.time(copy.created_at)} if copy else {}


def _copy(request, post: Post) -> Revision | None:
    return Revision.objects.working_copy(post, request.user).first()


def _discard(request, post: Post, copy: Revision | None):
    if copy and request.POST.get("copy") == str(copy.pk):
        with writing():
            working_copy.discard(copy)
        messages.success(request, _("Discarded. The text stays in the revisions."))
    else:
        messages.info(request, _("There is no unsaved text of yours any more."))
    return redirect("admin:blog_post_change", post.pk)


def _continued(model_admin, request, post: Post, copy: Revision):
    form = post_page.make_form(model_admin, request, post, initial=typed.to_initial(copy.fields))
    hidden = {}
    box = form.fields["comments_open"]
    if box.show_hidden_initial:
        # The stored value, not the typed one: see PostForm.keep_comments_switch().
        box.show_hidden_initial = False
        hidden[form["comments_open"].html_initial_name] = post.comments_open
    page = {"tab": copy.tab, "number": copy.number, "seen": copy.version}
    version = working_copy.base(post, request.user, **page)
    more = {"version": version or "", "continues": working_copy.name_of(copy)}
    told = _("This is your unsaved text. Readers see it once you press a button.")
    return post_page.form_page(model_admin, request, form, told=told, hidden=hidden, **more)
