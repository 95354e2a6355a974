"""Settings for mail, from EMAIL_URL and EMAIL_FROM."""

from email.utils import getaddresses
from urllib.parse import unquote

import django
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.env import refuse, split, text


def email(name: str) -> dict:
    """Read `smtp://`, `smtps://` (TLS), `smtp+tls://` (STARTTLS) or `file:///folder`.

    Without the variable mail is printed to the log.
    """
    url = split(text(name, "console://"))
    backends = {"console": "console", "file": "filebased", "memory": "locmem"}
    ports = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
    is_good = url and (url.scheme in backends or (url.scheme in ports and url.hostname))
    if not is_good or (url.scheme == "file" and (url.netloc or len(url.path) < 2)):
        raise refuse(name, "look like smtp+tls://user:password@mail.example.org:587")
    if url.scheme in backends:
        options = {"file_path": unquote(url.path)} if url.scheme == "file" else {}
        return mailer(backends[url.scheme], **options)
    return mailer(
        "smtp",
        host=url.hostname,
        port=url.port or ports[url.scheme],
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        use_ssl=url.scheme == "smtps",
        use_tls=url.scheme == "smtp+tls",
        timeout=10,
    )


def mailer(backend: str, **options) -> dict:
    """Return MAILERS for Django 6.1 and later, EMAIL_* before."""
    path = f"django.core.mail.backends.{backend}.EmailBackend"
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": path, "OPTIONS": options}}}
    renamed = {"username": "HOST_USER", "password": "HOST_PASSWORD"}
    found = {f"EMAIL_{renamed.get(name, name.upper())}": options[name] for name in options}
    return {"EMAIL_BACKEND": path, **found}


def sender(name: str, default: str) -> str:
    value = text(name)
    if not value:
        return default
    found = [address for _name, address in getaddresses([value])]
    # Python reads "a@b c.org" as a@bc.org.
    is_one = len(found) == 1 and found[0] in value and value.isprintable()
    try:
        validate_email(found[0] if is_one else "")
    except ValidationError:
        must = 'be one e-mail address, such as "The Quay" <comments@example.org>'
        raise refuse(name, must, value) from None
    return value
