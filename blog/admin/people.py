from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Case, When
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import mail, tasks
from blog.admin.base import RowsField, WritingAdmin
from blog.models import Post, Role, User
from blog.sign_in_again import can_show_again
from blog.text.characters import isolated
from blog.transactions import writing


class InviteForm(forms.ModelForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    class Meta:
        model = User
        fields = ("display_name", "email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True

    def clean_email(self):
        return self.instance.check_new_email(self.cleaned_data["email"])

    def save(self, commit=True):
        user = super().save(commit=False)
        user.username = user.email.lower()
        user.is_staff = True
        # Nobody knows it; a usable one lets "forgotten password" work after the invitation.
        user.set_password(get_random_string(40))
        if commit:
            user.save()
        return user


# The rights of each role in a line; docs/people.md has the table.
MAY = {
    Role.ADMINISTRATOR: _("everything here, and invites people"),
    Role.EDITOR: _("writes, publishes and edits everybody's posts, decides on comments"),
    Role.AUTHOR: _("writes and publishes own posts, decides on comments below them"),
    Role.CONTRIBUTOR: _("writes drafts, which an Editor publishes"),
    Role.MODERATOR: _("decides on comments"),
}


class RolesField(RowsField):
    """One field of boxes. Most people have one role; some are Author and Moderator."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        role = Role(group.name)
        return gettext("%(role)s: %(may)s") % {"role": role.label, "may": MAY[role]}


class PersonForm(UserChangeForm):
    groups = RolesField(
        label=_("Role"),
        queryset=Group.objects.none(),
        required=False,
        help_text=_("Without a role a person cannot open the admin or the queue."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("groups"):  # not for those who may only look
            in_order = Case(*(When(name=role, then=n) for n, role in enumerate(Role)))
            field.queryset = Group.objects.filter(name__in=Role.values).order_by(in_order)


@admin.register(User)
class PeopleAdmin(WritingAdmin, UserAdmin):
    form = PersonForm
    add_form = InviteForm
    add_form_template = "admin/invite.html"
    add_fieldsets = ((None, {"fields": ("display_name", "email", "role")}),)
    fieldsets = (
        (None, {"fields": ("display_name", "email", "slug", "bio", "links", "picture")}),
        (None, {"fields": ("gets_mail",)}),
        (_("Role"), {"fields": ("groups", "is_active")}),
        (_("Sign in"), {"fields": ("username", "password", "last_login", "date_joined")}),
    )
    list_display = ("display_name", "email", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("display_name", "email")
    ordering = ("display_name",)
    raw_id_fields = ("picture",)
    readonly_fields = ("last_login", "date_joined")
    actions = ["invite_again"]

    def get_queryset(self, request):
        # Administrators manage everybody but the superusers.
        people = super().get_queryset(request).prefetch_related("groups")
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def has_delete_permission(self, request, obj=None):
        # Posts and decisions keep their author's name; untick "active" instead.
        return False

    def view_on_site(self, user):
        has_page = Post.objects.visible(timezone.now()).stream().by(user).exists()
        return super().view_on_site(user) if has_page else None

    @admin.display(description=_("role"))
    def roles(self, user):
        return ", ".join(group.name for group in user.groups.all())

    @can_show_again
    def add_view(self, request, form_url="", extra_context=None):
        # UserAdmin opens its own transaction before any other method is called.
        context = {"sends_mail": mail.is_configured(), **(extra_context or {})}
        with writing():
            return super().add_view(request, form_url, context)

    def save_model(self, request, obj, form, change):
        if change:
            obj.is_staff = obj.is_superuser or bool(form.cleaned_data["groups"])
        super().save_model(request, obj, form, change)
        if not change:
            obj.groups.add(Group.objects.get(name=form.cleaned_data["role"]))
            self._invite(request, obj)

    @admin.action(
        description=_("Send the invitation again, or make a new password link"),
        permissions=["change"],
    )
    def invite_again(self, request, queryset):
        for user in queryset:
            self._invite(request, user)

    def _invite(self, request, user):
        tasks.later(tasks.send_password_link, user.pk, "invite")
        if mail.is_configured():
            message = gettext("%(name)s is invited: a mail goes to %(email)s.")
            messages.success(request, message % {"name": isolated(user), "email": user.email})
            return
        message = gettext(
            "No mail server is set (EMAIL_URL). Give %(name)s this web address yourself, to choose"
            " a password: %(link)s"
        )
        messages.warning(
            request, message % {"name": isolated(user), "link": mail.password_link(user)}
        )
