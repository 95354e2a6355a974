"""Everybody's own page: name, picture, about, mail, and the e-mail address to sign in with."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blog import known_browser, mail, tasks
from blog.admin.base import ask_for_files_again, decode_pictures, drop_maxlength
from blog.admin.merging import MergingForm
from blog.admin.uploads import PictureField, stored_picture
from blog.cache import versions
from blog.images.upload import clean_picture
from blog.models import Attempt, User
from blog.models.attempt import Scope
from blog.transactions import writing
from blog.views.people import attempt, too_soon

FIELDSETS = (
    (None, {"fields": ("display_name", "upload", "no_picture", "bio", "links")}),
    (_("Mail"), {"fields": ("gets_mail",)}),
    (_("Sign in"), {"fields": ("email", "password")}),
)


class ProfileForm(MergingForm):
    upload = PictureField(label=_("Picture"), required=False)
    no_picture = forms.BooleanField(label=_("Show no picture of me"), required=False)
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only to change the e-mail address."),
    )

    class Meta:
        model = User
        fields = ("display_name", "bio", "links", "gets_mail", "email")
        widgets = {
            "bio": forms.Textarea(attrs={"rows": 4}),
            "links": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, refused: ValidationError | None = None, **kwargs):
        """`refused`: why the password is not taken, see refusal()."""
        super().__init__(*args, **kwargs)
        self.refused, self.email_before = refused, self.instance.email
        self.fields["email"].required = True
        for name in ("upload", "no_picture", "password"):
            self.fields[name].show_hidden_initial = False
        if not self.instance.picture_id:
            del self.fields["no_picture"]
        drop_maxlength(self)

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        return clean_picture(upload) if upload else None

    def clean_email(self):
        email = self.cleaned_data["email"]
        is_same = email == self.email_before
        return email if is_same else self.instance.check_new_email(email)

    def clean(self):
        cleaned = super().clean()
        if self.changes_email and self.refused:
            self.add_error("password", self.refused)
        return cleaned

    @property
    def changes_email(self) -> bool:
        return self.cleaned_data.get("email", self.email_before) != self.email_before

    def save(self, commit=True):
        user = super().save(commit=False)
        user.take_email(self.cleaned_data["email"], instead_of=self.email_before)
        if self.cleaned_data["upload"]:
            upload, alt = self.cleaned_data["upload"], user.display_name
            user.picture = stored_picture(*upload, by=user, alt=alt)
        elif self.cleaned_data.get("no_picture"):
            user.picture = None
        user.save()
        return user


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    if request.method != "POST":
        return _page(request, ProfileForm(instance=request.user))
    decode_pictures(request, "upload")
    refused = refusal(request)
    with writing() as scopes:
        row = User.objects.select_for_update().get(pk=request.user.pk)
        form = ProfileForm(request.POST, request.FILES, instance=row, refused=refused)
        if form.is_valid():
            _save(form)
            scopes.add(versions.SITE)
    return _saved(request, form) if form.is_valid() else too_soon(form, _page(request, form))


def refusal(request) -> ValidationError | None:
    """Say why the e-mail address may not change; None after the right password. Tries are counted,
    as on the page for a new password: somebody may find a signed-in browser. Before writing(),
    since hashing takes long."""
    typed = request.POST.get("password", "")
    if not typed or request.POST.get("email", "").strip() == request.user.email:
        return ValidationError(gettext("To change the e-mail address, give your password."))
    scope = Scope("own password", str(request.user.pk), free=5)
    try:
        attempts = attempt(scope)
    except ValidationError as too_many:
        return too_many
    if not request.user.check_password(typed):
        return ValidationError(gettext("This is not your password."))
    Attempt.forgive(attempts, scope)
    return None


def _save(form) -> None:
    user, before = form.save(), form.email_before
    if user.email != before and before and mail.is_configured():
        tasks.later(tasks.send_email_changed, user.pk, before)


def _saved(request, form):
    response, user = redirect("profile"), form.instance
    messages.success(request, gettext("Saved."))
    if user.email != form.email_before:
        message = gettext("From now on you sign in as %(name)s.")
        messages.info(request, message % {"name": user.get_username()})
        known_browser.remember(response, user.get_username())
    return response


def _page(request, form) -> TemplateResponse:
    ask_for_files_again(form)
    fields = {
        title: [name for name in options["fields"] if name in form.fields]
        for title, options in FIELDSETS
    }
    fieldsets = [(title, {"fields": names}) for title, names in fields.items()]
    context = {
        **admin.site.each_context(request),
        "title": gettext("Your profile"),
        "adminform": AdminForm(form, fieldsets, {}),
        "errors": AdminErrorList(form, []),
        "picture": User.objects.get(pk=request.user.pk).picture,
    }
    return TemplateResponse(request, "admin/profile.html", context)
