"""Mails of the site: rendered from templates/mail/ and sent at once."""

import unicodedata
from email.utils import formataddr, make_msgid, parseaddr
from smtplib import SMTPServerDisconnected
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from blog.models import Revision, Site, User
from blog.text.characters import DIRECTIONS


class Unanswered(OSError):
    """The connection broke while the mail was sent: nobody knows whether the server took it."""


def is_configured() -> bool:
    return bool(settings.EMAIL_URL)


def password_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.SITE_URL + reverse("password_reset_confirm", args=[uid, token])


def send_password_link(user: User, occasion: str) -> None:
    """`occasion` is `invite` or `reset`, the name of the templates in templates/mail/."""
    send(user.email, occasion, {"user": user, "link": password_link(user)})


def send_note(revision: Revision, user: User, note: str) -> None:
    """Tell about a post that was submitted or sent back, with the line that was typed, if any."""
    link = reverse("admin:blog_post_change", args=[revision.post_id])
    context = {
        "user": user,
        "who": revision.editor or _("Someone who has left"),
        "title": revision.post,
        "is_submitted": revision.verb == "submit",
        "note": note,
        "link": settings.SITE_URL + link,
    }
    send(user.email, "note", context)


def send(to: str, name: str, context: dict, headers: dict | None = None) -> None:
    """Render mail/<name>.subject, .txt and .html and send them. Raises Unanswered."""
    context = {"site": Site.current(), **context}
    text = render_to_string(f"mail/{name}.txt", context)
    message = EmailMultiAlternatives(
        one_line(render_to_string(f"mail/{name}.subject", context), 200),
        text,
        from_email=sender(),
        to=[to],
        headers={
            "Message-ID": make_msgid(domain=domain()),
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    )
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    # Django 6.1 has `mailers` in place of get_connection().
    connection = mail.mailers.default if hasattr(mail, "mailers") else mail.get_connection()
    connection.open()
    try:
        connection.send_messages([message])
    except (SMTPServerDisconnected, TimeoutError) as failure:
        raise Unanswered from failure
    finally:
        connection.close()


def sender() -> str:
    """Return EMAIL_FROM; if it has no name, with the name of the site."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or one_line(Site.current().name, 60), address))


def domain() -> str:
    return urlsplit(settings.SITE_URL).hostname


def one_line(text: str, most: int = 80) -> str:
    """Make typed text safe for a mail: one line, one direction, at most `most` characters."""
    # Mail programs decode what begins with "=?", line breaks included.
    line = " ".join(DIRECTIONS.sub("", text).replace("=?", "= ?").split())
    line = "".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cs"))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
