"""A reader's comment, from the form to the row. Nothing here waits for anybody else's server."""

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
from comments.rules.email import normal
from comments.rules.holding import network_of
from comments.submit import context as facts
from comments.submit import cookies, origin
from comments.submit.forms import CommentForm
from comments.submit.save import save_comment
from comments.thread import tree

NOT_TYPED = ("parent", "remember", "notify", "preview", TRAP)


@csrf_exempt
@require_POST
@cache_control(private=True, no_cache=True)  # with no-store Back finds nothing
def submit(request: Request, path: str) -> HttpResponse:
    """303 to the notice, or the form again with the text kept and the reason."""
    try:
        return _submit(request, path)
    except Http404:  # the post is no longer public, also where that happened just now
        if not _is_readable(request):
            raise
        return errors.no_post(request, hidden=NOT_TYPED)


def _submit(request: Request, path: str) -> HttpResponse:
    if refusal := admission.refuse_too_large(origin.length(request)):
        return _too_large(request, path, refusal)
    post, sender = visible_post(path), facts.Sender.of(request)
    form = CommentForm(request.POST, user=sender.user)
    if refusal := admission.refuse_foreign(sender.origin, is_signed_in=bool(sender.user)):
        return _refused(request, post, form, refusal)
    if not form.is_valid() or "preview" in request.POST:
        return _not_yet(request, post, form)
    comment = _admit(request, post, sender, form.cleaned_data)
    if isinstance(comment, admission.Refusal):
        return _refused(request, post, form, comment)
    response = to_notice(request, comment)
    cookies.remember(request, response, comment)
    if "remember" in form.fields:
        cookies.remember_commenter(request, response, comment, form.cleaned_data["remember"])
    return response


@require_safe
def reply(request: Request, path: str, public_id: int) -> HttpResponse:
    """The form alone with the comment that it answers, for whom the page's own link is far."""
    post = visible_post(path)
    comments = Comment.objects.public(timezone.now()).filter(post=post)
    parent = get_object_or_404(comments, public_id=public_id)
    form = CommentForm(
        initial=cookies.commenter(request) | {"parent": parent.public_id},
        user=request.user if request.user.is_authenticated else None,
    )
    _parent, place = facts.of_place(
        post, str(parent.public_id), Policy.current(request.site_edition)
    )
    if refusal := admission.refuse_place(place):
        return _refused(request, post, form, refusal)
    return _answer(request, post, form, 200)


def to_notice(request: Request, comment: Comment) -> HttpResponse:
    """303 to the comment in its place; `c` is no secret and shows nothing without the cookie."""
    own = [*cookies.ids(request), comment.public_id]
    page = tree.page_of(comment, own=own)
    path = f"{comment.post.path}comments/page/{page}/" if page > 1 else comment.post.path
    response = HttpResponseRedirect(f"{path}?c={comment.public_id}#comment-{comment.public_id}")
    response.status_code = 303
    return response


def _not_yet(request: Request, post: Post, form) -> HttpResponse:
    """A preview, or a form with mistakes; but nobody mends what has nowhere to go."""
    policy = Policy.current(request.site_edition)
    _parent, place = facts.of_place(post, request.POST.get("parent", ""), policy)
    if refusal := admission.refuse_place(place):
        return _refused(request, post, form, refusal)
    if not form.is_valid():
        return _answer(request, post, form, 422)
    return _answer(request, post, form, 200, preview=True)


def _admit(request: Request, post: Post, sender, said) -> Comment | admission.Refusal:
    """The comment, or why not. Looks twice: who is refused holds nobody up, and the second of two
    clicks finds what the first one saved."""
    policy = Policy.current(request.site_edition)
    own, _parent, refusal = _look(post, sender, said, policy)
    if known := own or refusal:
        return known
    found = facts.of_comment(sender, post, said)
    with _one_at_a_time(post, sender, said) as post:
        own, parent, refusal = _look(post, sender, said, policy)
        if known := own or refusal:
            return known
        comment, due = save_comment(
            post,
            parent,
            found,
            policy.rules,
            user=sender.user,
            referrer=sender.referrer,
            headers=sender.headers,
            language=request.site.language,
            notify=said.get("notify", False),
        )
        enqueue(due)
        return comment


def _look(
    post: Post, sender: facts.Sender, said: dict, policy: Policy
) -> tuple[Comment | None, Comment | None, admission.Refusal | None]:
    """One's own that waits is shown again even where the post has closed since."""
    parent, place = facts.of_place(post, said["parent"], policy)
    own, sending = facts.of_sending(place, sender, post, parent, said)
    if own:
        return own, parent, None
    return None, parent, admission.refuse_place(place) or admission.refuse_sending(sending)


@contextmanager
def _one_at_a_time(post, sender, said):
    """The post as it is now; it may have been closed while others were served. One of an address
    and of a network too, on whatever posts: the flood rules go by what is saved."""
    email = normal(said["email"])
    # Those whose address is unknown are one network; those without e-mail are not one sender.
    known = [f"network {network_of(sender.ip)}", *([f"email {email}"] if email else [])]
    with writing():
        in_turn(*known)
        visible = Post.objects.visible(timezone.now())
        yield get_object_or_404(visible.select_for_update(no_key=True), pk=post.pk)


def _too_large(request: Request, path: str, refusal) -> HttpResponse:
    """The text comes back where it is not too large even for that."""
    form = CommentForm(
        request.POST if _is_readable(request) else None,
        user=request.user if request.user.is_authenticated else None,
    )
    return _refused(request, visible_post(path), form, refusal)


def _is_readable(request: Request) -> bool:
    return origin.length(request) <= admission.LONGEST_READ


def _refused(request: Request, post: Post, form, refusal) -> HttpResponse:
    response = _answer(request, post, form, refusal.status, refusal=refusal)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _answer(
    request: Request, post: Post, form, status: int, *, refusal=None, preview=False
) -> HttpResponse:
    known = facts.named_parent(post, str(form["parent"].value() or ""))
    context = {
        "post": post,
        "form": form,
        "refusal": refusal,
        "parent": known.public(timezone.now()).first(),
        "moderates": form.user is not None and may_decide(form.user, post),
        "preview": markup.render_comment(form.cleaned_data["body"]) if preview else "",
    }
    return TemplateResponse(request, "submit/form_page.html", context, status=status)
