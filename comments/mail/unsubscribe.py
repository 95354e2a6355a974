"""The pages behind the links in mails. Opening a page changes nothing; its buttons do, and so does
the mail program's own, which posts `List-Unsubscribe=One-Click` (RFC 8058)."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.middleware import Request
from blog.models import User
from blog.transactions import writing
from comments import signed_links
from comments.models import Comment, OptOut, Subscription, Unconfirmed


# The signed link gives the right to press its buttons, so no token is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request, purpose, signed: str) -> HttpResponse:
    value = signed_links.read(purpose, signed)
    if value is None:
        raise Http404
    choice = _choice(purpose, value)
    if request.method == "POST":
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        action = choice.one_click if is_one_click else request.POST.get("do", "")
        if action in dict(choice.actions):
            choice.act(action)
            choice = _choice(purpose, value)
    context = {"choice": choice, "is_done": request.method == "POST"}
    response = TemplateResponse(request, "mail/unsubscribe.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _choice(purpose: str, value: str):
    if purpose == signed_links.STAFF:
        return StaffChoice(signed_links.read_user(value))
    public_id, _dot, digest = value.partition(".")
    return ReaderChoice(purpose, int(public_id), digest)


@dataclass
class StaffChoice:
    user: User | None
    one_click = "stop"

    @property
    def sentence(self) -> str:
        if not self.user:
            return _("This link is not valid any more.")
        if self.user.gets_mail:
            return _("You get mail about comments that wait and about those on your own posts.")
        return _("You get no mail about comments.")

    @property
    def actions(self) -> list[tuple[str, str]]:
        if not self.user:
            return []
        if self.user.gets_mail:
            return [("stop", _("No more mail about comments"))]
        return [("start", _("Send me mail about comments again"))]

    def act(self, action: str) -> None:
        if self.user is None:
            return
        with writing():
            User.objects.filter(pk=self.user.pk).update(gets_mail=action == "start")


class ReaderChoice:
    """Whether an e-mail address gets mail about a comment, and the actions that a link offers."""

    def __init__(self, purpose: str, public_id: int, digest: str):
        self.purpose, self.public_id, self.digest = purpose, public_id, digest
        found = self._subscriptions().first()
        is_of_address = found and OptOut.digest_of(found.email) == digest
        self.subscription = found if is_of_address else None
        self.is_out = OptOut.objects.filter(pk=digest).exists()

    def _subscriptions(self):
        return Subscription.objects.filter(comment__public_id=self.public_id)

    @property
    def one_click(self) -> str:
        # Only mail about answers goes to a confirmed address; other mail is stopped altogether.
        return "stop" if self.purpose == signed_links.REPLIES else "stop_all"

    @property
    def sentence(self) -> str:
        if self.is_out:
            return _("This site sends no more mail to this e-mail address.")
        if self.purpose == signed_links.ADDRESS:
            return _("This e-mail address gets mail only about comments that were sent with it.")
        if not self.subscription:
            if Comment.objects.filter(public_id=self.public_id).exists():
                return _("No mail is sent about this comment.")
            return _("This comment has been deleted. No mail is sent about it any more.")
        if self.subscription.ended_at:
            return _("You get no more mail about this comment.")
        if self.subscription.confirmed_at:
            return _("You get a mail when somebody answers this comment.")
        return _("Would you like a mail when somebody answers your comment?")

    @property
    def actions(self) -> list[tuple[str, str]]:
        if self.is_out:
            return [("allow", _("Allow mail to this e-mail address again"))]
        found, actions = self.subscription, []
        if found and not found.ended_at:
            if found.confirmed_at or self.purpose == signed_links.REPLIES:
                actions.append(("stop", _("No more mail about this comment")))
            elif self.purpose == signed_links.CONFIRM:
                actions.append(("confirm", _("Yes, mail me when somebody answers")))
        return [*actions, ("stop_all", _("No more mail from this site to this e-mail address"))]

    def act(self, action: str) -> None:
        email = self.subscription.email if self.subscription else ""
        mine = self._subscriptions().filter(email=email, ended_at=None)
        with writing():
            match action:
                case "confirm":
                    mine.filter(confirmed_at=None).update(confirmed_at=timezone.now())
                    Unconfirmed.objects.filter(pk=self.digest).delete()
                case "stop":
                    mine.update(ended_at=timezone.now())
                case "stop_all":
                    OptOut.add(self.digest)
                case "allow":
                    OptOut.objects.filter(pk=self.digest).delete()
                    Unconfirmed.objects.filter(pk=self.digest).delete()
