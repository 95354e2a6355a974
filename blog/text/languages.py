"""Language codes as in a page's `lang`, and their direction."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")

is_code = RegexValidator(
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Write it like en-GB, de or ar.")
)


def direction(code: str) -> str:
    return "rtl" if re.split("[-_]", code.lower())[0] in RIGHT_TO_LEFT else "ltr"
