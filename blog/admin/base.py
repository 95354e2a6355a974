from contextlib import suppress

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from blog import edition, pictures
from blog.writing import writing


class WritingAdmin(admin.ModelAdmin):
    """Django's own transactions, queued with every other writer, and what they make stale."""

    touches_site = True
    uploads = ()  # the fields for a picture

    def changeform_view(self, request, *args, **kwargs):
        self._take_in_pictures(request)
        return _queued(super().changeform_view, request, *args, **kwargs)

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
        """Without `maxlength` a text that is too long is refused in words; a browser would cut off
        the end of what is pasted and say nothing."""
        for field in context["adminform"].form.fields.values():
            field.widget.attrs.pop("maxlength", None)
        return super().render_change_form(request, context, *args, **kwargs)

    def _take_in_pictures(self, request):
        """Decoding takes seconds, in which nobody else could write if the lock were held."""
        for name in self.uploads:
            if upload := request.FILES.get(name):
                with suppress(ValidationError):  # the form asks again and says it
                    pictures.take_in(upload)

    def _touch(self):
        if self.touches_site:
            with writing() as scopes:
                scopes.add(edition.SITE)


def ask_for_files_again(form) -> None:
    """A page that comes back with an error holds all that was typed, but no browser gives back a
    file: without a word the picture would be missing from what is saved next."""
    for name in form.files:
        if name in form.fields and name not in form.errors:
            form.add_error(name, gettext("Please choose the picture again."))


def _queued(view, request, *args, **kwargs):
    if request.method != "POST":
        return view(request, *args, **kwargs)
    with writing():
        return view(request, *args, **kwargs)
