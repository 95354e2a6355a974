from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import ngettext

from blog import known_browser, mail, tasks
from blog.middleware import Request
from blog.models import Attempt
from blog.models.attempt import Scope
from blog.transactions import writing

AN_HOUR = 3600
TOO_SOON = "too soon"


def attempt(*scopes: Scope) -> list[Attempt]:
    """Count an attempt to sign in or to guess. Raises ValidationError with the time to wait."""
    attempts, seconds = Attempt.begin(*scopes)
    if not seconds:
        return attempts
    n = -(-seconds // 60)
    message = ngettext(
        "Too many tries. You can try again in %(n)d minute.",
        "Too many tries. You can try again in %(n)d minutes.",
        n,
    )
    if seconds < 60:
        n = seconds
        message = ngettext(
            "Too many tries. You can try again in %(n)d second.",
            "Too many tries. You can try again in %(n)d seconds.",
            n,
        )
    raise ValidationError(message % {"n": n}, TOO_SOON, {"seconds": seconds})


def too_soon(form, response):
    for error in (error for errors in form.errors.as_data().values() for error in errors):
        if error.code == TOO_SOON:
            response.status_code = 429
            response["Retry-After"] = str(error.params["seconds"])
    return response


class ResetForm(PasswordResetForm):
    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self):
        if "email" in self.cleaned_data:
            attempt(Scope("reset from network", str(self.request.network), free=20))
        return super().clean()

    def save(self, *_args, **_kwargs):
        # One mail an hour to an address. The worker looks up the account, so that the answer takes
        # the same time whether there is one or not.
        email = self.cleaned_data["email"]
        hourly = {"free": 1, "first_wait": AN_HOUR, "longest_wait": AN_HOUR}
        with writing():
            attempts, _seconds = Attempt.begin(
                Scope("reset of address", email.casefold(), **hourly)
            )
            if attempts:
                tasks.later(tasks.send_reset_links, email)


class LoginForm(AuthenticationForm):
    request: Request

    def clean_username(self):
        # Invited people sign in with their e-mail address, in any case.
        name = self.cleaned_data["username"]
        return name.lower() if "@" in name else name

    def clean(self):
        # Slowed down by account and by network. A browser that signed in to this account before is
        # slowed down by its own mistakes only.
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        account = Scope("account", known_browser.normalize(name), free=5)
        scopes = [account, Scope("network", str(self.request.network), free=20)]
        if browser := known_browser.get_name(self.request, name):
            scopes = [Scope("browser", browser, free=10)]
        attempts = attempt(*scopes)
        cleaned = super().clean()
        Attempt.forgive(attempts, account)
        return cleaned


class Login(views.LoginView):
    form_class = LoginForm
    template_name = "blog/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        known_browser.remember(response, form.get_user().get_username())
        return response

    def form_invalid(self, form):
        return too_soon(form, super().form_invalid(form))

    def get_redirect_url(self, *args, **kwargs):
        # The admin redirects people who are not staff to the login, and the login would redirect
        # back.
        wanted, user = super().get_redirect_url(*args, **kwargs), self.request.user
        is_barred = user.is_authenticated and not user.is_staff
        return "" if is_barred and wanted.startswith(reverse("admin:index")) else wanted


class Logout(views.LogoutView):
    pass


class Reset(views.PasswordResetView):
    template_name = "blog/password_reset.html"
    form_class = ResetForm
    extra_context = {"sends_mail": mail.is_configured}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}

    def post(self, request, *args, **kwargs):
        # A site without a mail server promises no mail; the page says who can help.
        if not mail.is_configured():
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        return too_soon(form, super().form_invalid(form))


class ResetSent(views.PasswordResetDoneView):
    template_name = "blog/password_sent.html"

    def get(self, request, *args, **kwargs):
        if not mail.is_configured():
            return redirect("password_reset")
        return super().get(request, *args, **kwargs)


class ResetConfirm(views.PasswordResetConfirmView):
    template_name = "blog/password_new.html"
    success_url = reverse_lazy("password_reset_complete")

    def form_valid(self, form):
        # After a link from us, the next sign-in does not wait because of other people's guesses.
        response = super().form_valid(form)
        known_browser.remember(response, form.user.get_username())
        return response


class ResetComplete(views.PasswordResetCompleteView):
    template_name = "blog/password_done.html"


class OwnPasswordForm(AdminPasswordChangeForm):
    def clean_old_password(self):
        # Limited too: somebody may find a signed-in browser and guess the password.
        scope = Scope("own password", str(self.user.pk), free=5)
        attempts = attempt(scope)
        old = super().clean_old_password()
        Attempt.forgive(attempts, scope)
        return old


class OwnPassword(views.PasswordChangeView):
    """Django's page of the admin, with a limit on wrong old passwords."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def form_invalid(self, form):
        return too_soon(form, super().form_invalid(form))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | admin.site.each_context(self.request)
