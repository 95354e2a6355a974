import uuid

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blog import mail
from blog.sign_in_again import can_show_again, shown_again
from blog.text.characters import is_blank
from blog.transactions import writing
from comments.access import StaffRequest, keeps_typed_text, moderator_required
from comments.enqueue import enqueue
from comments.models import Comment, Mail, OptOut, Policy
from comments.queue.card import Card
from comments.submit.forms import clean_text


class LetterForm(forms.Form):
    text = forms.CharField(
        label=_("Your words"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write something.")},
    )
    # The same when a form is sent twice, so the mail is queued once.
    once = forms.UUIDField(widget=forms.HiddenInput)

    use_required_attribute = False

    def clean_text(self):
        text = clean_text(self.cleaned_data["text"]).strip()
        if is_blank(text):
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


@moderator_required
@can_show_again
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
def write(request: StaffRequest, public_id: int) -> HttpResponse:
    comments = Comment.objects.decidable_by(request.user).select_related("post", "parent", "user")
    comment = get_object_or_404(comments, public_id=public_id)
    form = LetterForm(request.POST or None, initial={"once": uuid.uuid4()})
    obstacle = _obstacle(comment)
    is_sent = request.method == "POST" and not shown_again(request)
    if is_sent and not obstacle and form.is_valid():
        with writing():
            due = Mail.objects.queue(
                Mail.Kind.LETTER,
                comment.author_email,
                key=f"letter:{comment.pk}:{form.cleaned_data['once']}",
                comment=comment,
                by=request.user,
                text=form.cleaned_data["text"],
            )
            enqueue(due)
        response = HttpResponseRedirect(reverse("history", args=[public_id]))
        response.status_code = 303
        return response
    context = {
        "card": Card(comment, Policy.current(request.site_edition)),
        "form": form,
        "obstacle": obstacle,
        "sender": mail.sender(),
    }
    status = 422 if is_sent else 200
    return TemplateResponse(request, "moderation/letter.html", context, status=status)


def _obstacle(comment) -> str:
    if not mail.is_configured():
        return str(_("No mail server is set (EMAIL_URL), so nothing can be sent."))
    if not comment.author_email:
        return str(_("There is no e-mail address with this comment."))
    if OptOut.contains(comment.author_email):
        return str(_("The owner of this e-mail address wants no mail from here."))
    return ""
