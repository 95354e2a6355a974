"""Base classes of the admin: strict filters and ids, and changes inside writing()."""

import re
from contextlib import suppress

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.urls import NoReverseMatch
from django.utils.translation import gettext

from blog.admin.shown_again import only_shown
from blog.cache import versions
from blog.images.upload import clean_picture
from blog.sign_in_again import can_show_again, shown_again
from blog.transactions import writing

ID = re.compile("[0-9]{1,18}")
OF_DATE = re.compile("[0-9]{1,4}")
LOOKUPS = ("", "exact", "isnull", "id__exact")


class StrictList(ChangeList):
    """Refuses filters that the page does not offer: the list is then shown unfiltered.

    Django accepts any lookup of any column, and many of them raise errors in one of the databases.
    """

    def get_filters(self, request):
        for key, values in self.get_filters_params().items():
            if not self._is_offered(key) or not all(_is_good(key, value) for value in values):
                raise IncorrectLookupParameters
        return super().get_filters(request)

    def _is_offered(self, key: str) -> bool:
        if self.date_hierarchy and key in _of_date(self.date_hierarchy):
            return True
        name, _bar, lookup = key.partition("__")
        for each in self.list_filter:
            each = each[0] if isinstance(each, (tuple, list)) else each
            if getattr(each, "parameter_name", None) == key or each == name and lookup in LOOKUPS:
                return True
        return False


def _of_date(name: str) -> list[str]:
    return [f"{name}__{part}" for part in ("year", "month", "day")]


def _is_good(key: str, value: str) -> bool:
    if key.endswith("__id__exact"):
        return bool(ID.fullmatch(value))
    if key.endswith(("__year", "__month", "__day")):
        # Django asks for the end of the year, and for 9999 there is no such date.
        return bool(OF_DATE.fullmatch(value)) and (
            not key.endswith("__year") or 1 < int(value) < 9999
        )
    return "\0" not in value and not _is_too_large(value)


def _is_too_large(value: str) -> bool:
    # Databases raise errors for numbers that no column can hold.
    try:
        return abs(int(value)) >= 10**18
    except ValueError:
        return False


class RowsField(forms.ModelMultipleChoiceField):
    """Refuses ids that no column can hold; SQLite cannot even compare them."""

    def clean(self, value):
        for pk in value or ():
            try:
                self.queryset.model._meta.pk.clean(pk, None)
            except ValidationError:
                code = "invalid_pk_value"
                raise ValidationError(self.error_messages[code], code, {"pk": pk}) from None
        return super().clean(value)


class StrictAdmin(admin.ModelAdmin):
    """Refuses invalid addresses and list forms that raise errors in Django's own admin. A form that
    comes back after signing in again is only shown."""

    @can_show_again
    def add_view(self, request, *args, **kwargs):
        return super().add_view(request, *args, **kwargs)

    @can_show_again
    def change_view(self, request, *args, **kwargs):
        return super().change_view(request, *args, **kwargs)

    def get_form(self, request, *args, **kwargs):
        form, again = super().get_form(request, *args, **kwargs), shown_again(request)
        return only_shown(form, again.files) if again else form

    def render_change_form(self, request, *args, **kwargs):
        if again := shown_again(request):
            messages.warning(request, again.sentence)
        return super().render_change_form(request, *args, **kwargs)

    def get_changelist(self, request, **kwargs):
        return StrictList

    def get_object(self, request, object_id, from_field=None):
        # Django takes an empty `_to_field` for the name of a column.
        return super().get_object(request, object_id, from_field or None)

    def response_action(self, request, queryset, **kwargs):
        for pk in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.clean(pk, None)
            except ValidationError:
                raise SuspiciousOperation("No row has this id") from None
        return super().response_action(request, queryset, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **{"form_class": RowsField, **kwargs}
        )

    def view_on_site(self, row):
        # A direct link. Django's shortcut tells any member of staff the address of any row.
        if hasattr(row, "get_absolute_url"):
            with suppress(NoReverseMatch):  # the form was sent with an empty slug
                return row.get_absolute_url()
        return None


class WritingAdmin(StrictAdmin):
    """Runs changes inside writing() and invalidates the cached pages of the site."""

    touches_site = True
    uploads = ()  # the names of file fields that take a picture

    def changeform_view(self, request, *args, **kwargs):
        if request.method == "POST":
            self.prepare(request, *args, **kwargs)
        return _queued(super().changeform_view, request, *args, **kwargs)

    def prepare(self, request, object_id=None, *_args, **_kwargs):
        """Do before the lock is taken what takes long."""
        decode_pictures(request, *self.uploads)

    def delete_view(self, request, *args, **kwargs):
        return _queued(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        return _queued(super().changelist_view, request, *args, **kwargs)

    def save_related(self, *args, **kwargs):
        super().save_related(*args, **kwargs)
        self._touch()

    def delete_model(self, *args, **kwargs):
        super().delete_model(*args, **kwargs)
        self._touch()

    def delete_queryset(self, *args, **kwargs):
        super().delete_queryset(*args, **kwargs)
        self._touch()

    def render_change_form(self, request, context, *args, **kwargs):
        drop_maxlength(context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def _touch(self):
        if self.touches_site:
            with writing() as scopes:
                scopes.add(versions.SITE)


def decode_pictures(request, *names: str) -> None:
    """Before the lock is taken: decoding takes seconds, and every other writer would wait. The form
    takes the decoded picture, or shows the error."""
    for name in names:
        if upload := request.FILES.get(name):
            with suppress(ValidationError):
                clean_picture(upload)


def drop_maxlength(form) -> None:
    """Browsers cut off pasted text at `maxlength` without a message; the form refuses it with
    one."""
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


def ask_for_files_again(form) -> None:
    """Add an error to each file field of a form that comes back with errors.

    Browsers do not send a file twice, so the picture would be missing from the next save.
    """
    for name in form.files:
        if name in form.fields and name not in form.errors:
            form.add_error(name, gettext("Please choose the picture again."))


def _queued(view, request, *args, **kwargs):
    if request.method != "POST":
        return view(request, *args, **kwargs)
    with writing():
        return view(request, *args, **kwargs)
