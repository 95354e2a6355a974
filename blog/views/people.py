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
    """Counts one; a ValidationError that says how long to wait where it is too soon."""
    begun, seconds = Attempt.begin(*scopes)
    if not seconds:
        return begun
    n = -(-seconds // 60)
    words = ngettext(
        "Too many tries. You can try again in %(n)d minute.",
        "Too many tries. You can try again in %(n)d minutes.",
        n,
    )
    if seconds < 60:
        n = seconds
        words = ngettext(
            "Too many tries. You can try again in %(n)d second.",
            "Too many tries. You can try again in %(n)d seconds.",
            n,
        )
    raise ValidationError(words % {"n": n}, TOO_SOON, {"seconds": seconds})


def too_soon(form, response):
    """429 where the form says to wait."""
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
        """One mail an hour and address. The worker looks for the account and writes the mail: the
        same work here, and the same answer, whether there is one or not."""
        email = self.cleaned_data["email"]
        hourly = {"free": 1, "first_wait": AN_HOUR, "longest_wait": AN_HOUR}
        with writing():
            begun, _seconds = Attempt.begin(Scope("reset of address", email.casefold(), **hourly))
            if begun:
                tasks.later(tasks.send_reset_links, email)


class LoginForm(AuthenticationForm):
    request: Request

    def clean_username(self):
        """Who is invited signs in with the mail address, which nobody types alike each time."""
        name = self.cleaned_data["username"]
        return name.lower() if "@" in name else name

    def clean(self):
        """Slowed down by account and by network, but a browser that signed in to this account
        before only by its own mistakes."""
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        account = Scope("account", known_browser.normal(name), free=5)
        scopes = [account, Scope("network", str(self.request.network), free=20)]
        if browser := known_browser.of(self.request, name):
            scopes = [Scope("browser", browser, free=10)]
        begun = attempt(*scopes)
        cleaned = super().clean()
        Attempt.forgive(begun, account)
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
        """The admin sends whoever is no member of staff here, and would get them back for ever."""
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
        """A site without a mail server promises no mail, and says who can help."""
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
        """Whoever came by a link of ours signs in next without waiting for those who guess."""
        response = super().form_valid(form)
        known_browser.remember(response, form.user.get_username())
        return response


class ResetComplete(views.PasswordResetCompleteView):
    template_name = "blog/password_done.html"


class OwnPasswordForm(AdminPasswordChangeForm):
    def clean_old_password(self):
        """The old password is limited too: somebody may find a browser signed in and guess it."""
        scope = Scope("own password", str(self.user.pk), free=5)
        begun = attempt(scope)
        old = super().clean_old_password()
        Attempt.forgive(begun, scope)
        return old


class OwnPassword(views.PasswordChangeView):
    """Django's page of the admin, with a limit to wrong old passwords."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def form_invalid(self, form):
        return too_soon(form, super().form_invalid(form))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | admin.site.each_context(self.request)
