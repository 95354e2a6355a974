from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.urls import reverse, reverse_lazy

from blog import tasks


class ResetForm(PasswordResetForm):
    def save(self, **_kwargs):
        """The worker writes the mail; the same answer, as fast, for every address."""
        for user in self.get_users(self.cleaned_data["email"]):
            tasks.later(tasks.send_password_link, user.pk, "reset")


class LoginForm(AuthenticationForm):
    def clean_username(self):
        """Who is invited signs in with the mail address, which nobody types alike each time."""
        name = self.cleaned_data["username"]
        return name.lower() if "@" in name else name


class Login(views.LoginView):
    form_class = LoginForm
    template_name = "blog/login.html"
    redirect_authenticated_user = True

    def get_redirect_url(self):
        """The admin sends whoever is no member of staff here, and would get them back for ever."""
        wanted, user = super().get_redirect_url(), self.request.user
        is_barred = user.is_authenticated and not user.is_staff
        return "" if is_barred and wanted.startswith(reverse("admin:index")) else wanted


class Logout(views.LogoutView):
    pass


class Reset(views.PasswordResetView):
    template_name = "blog/password_reset.html"
    form_class = ResetForm


class ResetSent(views.PasswordResetDoneView):
    template_name = "blog/password_sent.html"


class ResetConfirm(views.PasswordResetConfirmView):
    template_name = "blog/password_new.html"
    success_url = reverse_lazy("password_reset_complete")


class ResetComplete(views.PasswordResetCompleteView):
    template_name = "blog/password_done.html"
