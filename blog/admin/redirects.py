"""The redirects: where each old web address leads, and whether it works."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.admin.base import StrictList, WritingAdmin
from blog.models import OldPath, Post
from blog.redirects import check
from blog.text.characters import isolated


class RedirectForm(forms.ModelForm):
    path = forms.CharField(
        label=_("Old web address"),
        help_text=_(
            "A path of this site, such as /2011/05/old-post/ or /about.html, or /?p=77. A whole"
            " address of this site will do."
        ),
    )
    target = forms.CharField(
        label=_("Or to this web address"),
        required=False,
        help_text=_("Of another site, with https://, or a path of this one."),
    )

    class Meta:
        model = OldPath
        fields = ("path", "post", "target")
        labels = {"post": _("Leads to this post")}

    def clean_path(self):
        path = check.clean_path(self.cleaned_data["path"])
        if self.instance.pk and path == self.instance.path:
            return path
        if taken := check.taken_by(path):
            raise ValidationError(_taken(taken))
        return path

    def clean_target(self):
        typed = self.cleaned_data["target"]
        return check.clean_target(typed) if typed else ""

    def clean(self):
        cleaned = super().clean()
        post, target = cleaned.get("post"), cleaned.get("target")
        if {"post", "target"} & self.errors.keys():
            return cleaned
        if bool(post) == bool(target):
            message = gettext("Choose a post, or write a web address: one of the two.")
            self.add_error("target" if target else "post", message)
        elif target and (sentence := check.leads_back(cleaned.get("path", ""), target)):
            self.add_error("target", sentence)
        return cleaned


def _taken(taken):
    if isinstance(taken, str):
        return taken
    if isinstance(taken, Post) and not taken.is_visible(timezone.now()):
        message = gettext("This web address belongs to “%(post)s”: %(status)s")
        return message % {"post": isolated(taken), "status": taken.status_words}
    return format_html(
        gettext("This web address belongs to {link}."),
        link=format_html('<a href="{}">{}</a>', taken.get_absolute_url(), isolated(taken)),
    )


class CheckedList(StrictList):
    def get_results(self, request):
        super().get_results(request)
        faults = check.faults(self.result_list, timezone.now())
        for redirect in self.result_list:
            redirect.fault = faults.get(redirect.pk, "")


@admin.register(OldPath)
class OldPathAdmin(WritingAdmin):
    form = RedirectForm
    list_display = ("path", "leads_to", "works")
    list_select_related = ("post",)
    search_fields = ("path", "target", "post__title")
    raw_id_fields = ("post",)

    def get_changelist(self, request, **kwargs):
        return CheckedList

    @admin.display(description=_("leads to"))
    def leads_to(self, redirect):
        name = isolated(redirect.post) if redirect.post else redirect.target
        return format_html('<a href="{}">{}</a>', redirect.place, name)

    @admin.display(description=_("works"))
    def works(self, redirect):
        if redirect.fault:
            return redirect.fault
        is_elsewhere = redirect.target and not redirect.target.startswith("/")
        return gettext("Not checked: another site") if is_elsewhere else gettext("Yes")
