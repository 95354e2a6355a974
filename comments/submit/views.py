"""The views that take a reader's comment. They make no network calls."""

from contextlib import contextmanager

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.middleware import Request
from blog.models import Post
from blog.text import markup
from blog.transactions import in_turn, writing
from blog.views import errors
from blog.views.posts import visible_post
from comments.check.akismet import TRAP
from comments.enqueue import enqueue
from comments.models import Comment, Policy, may_decide
from comments.rules import admission
from comments.rules.email import normalized
from comments.rules.holding import network_of
from comments.submit import cookies, origin
from comments.submit.context import (
    Sender,
    comment_facts,
    comments_with_id,
    place_facts,
    sending_facts,
)
from comments.submit.forms import CommentForm
from comments.submit.save import save_comment
from comments.thread import tree

NOT_TYPED = ("parent", "remember", "notify", "preview", TRAP)


@csrf_exempt
@require_POST
@cache_control(private=True, no_cache=True)  # with no-store, the Back button would lose the text
def submit(request: Request, path: str) -> HttpResponse:
    try:
        return _submit(request, path)
    except Http404:  # the post may have been taken down while the reader typed
        if not _is_readable(request):
            raise
        return errors.no_post(request, hidden=NOT_TYPED)


def _submit(request: Request, path: str) -> HttpResponse:
    if refusal := admission.refuse_too_large(origin.content_length(request)):
        return _too_large(request, path, refusal)
    post, sender = visible_post(path), Sender.of(request)
    form = CommentForm(request.POST, user=sender.user)
    if refusal := admission.refuse_foreign(sender.origin, is_signed_in=bool(sender.user)):
        return _refused(request, post, form, refusal)
    if not form.is_valid() or "preview" in request.POST:
        return _preview(request, post, form)
    comment = _admit(request, post, sender, form.cleaned_data)
    if isinstance(comment, admission.Refusal):
        return _refused(request, post, form, comment)
    response = redirect_to_notice(request, comment)
    cookies.remember(request, response, comment)
    if "remember" in form.fields:
        cookies.remember_commenter(request, response, comment, form.cleaned_data["remember"])
    return response


@require_safe
def reply(request: Request, path: str, public_id: int) -> HttpResponse:
    post = visible_post(path)
    comments = Comment.objects.public(timezone.now()).filter(post=post)
    parent = get_object_or_404(comments, public_id=public_id)
    form = CommentForm(
        initial=cookies.commenter(request) | {"parent": parent.public_id},
        user=request.user if request.user.is_authenticated else None,
    )
    _parent, place = place_facts(post, str(parent.public_id), Policy.current(request.site_edition))
    if refusal := admission.refuse_place(place):
        return _refused(request, post, form, refusal)
    return _form_page(request, post, form, 200)


def redirect_to_notice(request: Request, comment: Comment) -> HttpResponse:
    # `c` is no secret: without the cookie it shows only that a comment was saved.
    own = [*cookies.waiting_ids(request), comment.public_id]
    page = tree.page_of(comment, own=own)
    path = f"{comment.post.path}comments/page/{page}/" if page > 1 else comment.post.path
    response = HttpResponseRedirect(f"{path}?c={comment.public_id}#comment-{comment.public_id}")
    response.status_code = 303
    return response


def _preview(request: Request, post: Post, form) -> HttpResponse:
    # Nobody should correct a form that would be refused at this place.
    policy = Policy.current(request.site_edition)
    _parent, place = place_facts(post, request.POST.get("parent", ""), policy)
    if refusal := admission.refuse_place(place):
        return _refused(request, post, form, refusal)
    if not form.is_valid():
        return _form_page(request, post, form, 422)
    return _form_page(request, post, form, 200, preview=True)


def _admit(request: Request, post: Post, sender, data) -> Comment | admission.Refusal:
    """Returns (comment, refusal), one of them None. Checks before the lock, so that refused senders
    do not wait for it, and again within, so that a second click finds the first one's comment."""
    policy = Policy.current(request.site_edition)
    own, _parent, refusal = _check(post, sender, data, policy)
    if known := own or refusal:
        return known
    facts = comment_facts(sender, post, data)
    with _one_at_a_time(post, sender, data) as post:
        own, parent, refusal = _check(post, sender, data, policy)
        if known := own or refusal:
            return known
        comment, due = save_comment(
            post,
            parent,
            facts,
            policy.rules,
            user=sender.user,
            referrer=sender.referrer,
            headers=sender.headers,
            language=request.site.language,
            notify=data.get("notify", False),
        )
        enqueue(due)
        return comment


def _check(
    post: Post, sender: Sender, data: dict, policy: Policy
) -> tuple[Comment | None, Comment | None, admission.Refusal | None]:
    """Returns (own, parent, refusal). `own`, the sender's pending comment with the same text, is
    found even if the post has been closed since."""
    parent, place = place_facts(post, data["parent"], policy)
    own, sending = sending_facts(place, sender, post, parent, data)
    if own:
        return own, parent, None
    return None, parent, admission.refuse_place(place) or admission.refuse_sending(sending)


@contextmanager
def _one_at_a_time(post, sender, data):
    """Yields the post, locked and read again. Also locks the sender's network and e-mail address,
    because the flood rules count saved comments on all posts."""
    email = normalized(data["email"])
    # Senders with an unknown IP address are one network; those without e-mail are not one sender.
    locks = [f"network {network_of(sender.ip)}", *([f"email {email}"] if email else [])]
    with writing():
        in_turn(*locks)
        visible = Post.objects.visible(timezone.now())
        yield get_object_or_404(visible.select_for_update(no_key=True), pk=post.pk)


def _too_large(request: Request, path: str, refusal) -> HttpResponse:
    form = CommentForm(
        request.POST if _is_readable(request) else None,
        user=request.user if request.user.is_authenticated else None,
    )
    return _refused(request, visible_post(path), form, refusal)


def _is_readable(request: Request) -> bool:
    return origin.content_length(request) <= admission.LONGEST_READ


def _refused(request: Request, post: Post, form, refusal) -> HttpResponse:
    response = _form_page(request, post, form, refusal.status, refusal=refusal)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _form_page(
    request: Request, post: Post, form, status: int, *, refusal=None, preview=False
) -> HttpResponse:
    parent = comments_with_id(post, str(form["parent"].value() or ""))
    context = {
        "post": post,
        "form": form,
        "refusal": refusal,
        "parent": parent.public(timezone.now()).first(),
        "moderates": form.user is not None and may_decide(form.user, post),
        "preview": markup.render_comment(form.cleaned_data["body"]) if preview else "",
    }
    return TemplateResponse(request, "submit/form_page.html", context, status=status)
