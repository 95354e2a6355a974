"""A form of the admin that comes back after signing in again. See blog/sign_in_again.py."""

from django.utils.translation import gettext


class OnlyShown:
    """Mixin of a form class: filled in and checked, but never saved."""

    lost_files: tuple[str, ...] = ()

    def full_clean(self):
        super().full_clean()
        for name in self.lost_files:
            if name in self.fields and name not in self.errors:
                self.add_error(name, gettext("Please choose the picture again."))

    def is_valid(self):
        super().is_valid()
        return False


def only_shown(form_class, lost_files):
    attributes = {"lost_files": tuple(lost_files)}
    return type(f"Shown{form_class.__name__}", (OnlyShown, form_class), attributes)
