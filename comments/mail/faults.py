"""Why a mail was not sent, in words."""

import socket
import ssl
from smtplib import (
    SMTPAuthenticationError,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from django.utils.translation import gettext as _

from blog import mail


def fault(failure: BaseException | None) -> str:
    """In our own words, because the answer of a server may hold names and addresses."""
    match failure:
        case mail.Unanswered():
            return fault(failure.__cause__)
        case SMTPAuthenticationError():
            return _("the mail server refuses user name or password")
        case SMTPSenderRefused():
            return _("the mail server refuses the sender, EMAIL_FROM")
        case SMTPResponseException():
            return _("the mail server answered %(code)d") % {"code": failure.smtp_code}
        case SMTPServerDisconnected() if not isinstance(failure.__context__, TimeoutError):
            return _("the mail server broke the connection off")
        case TimeoutError() | SMTPServerDisconnected():
            return _("the mail server does not answer")
        case socket.gaierror():
            return _("the name of the mail server is not known")
        case ssl.SSLError():
            return _("there is no secure connection to the mail server")
        case ConnectionError():
            return _("the mail server refuses the connection")
    return _("the mail server does not work (%(error)s)") % {"error": type(failure).__name__}
