"""Says why the mail server did not take a mail."""

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


def fault_sentence(failure: BaseException | None) -> str:
    # The server's answer is not quoted: it may contain names and e-mail addresses.
    match failure:
        case mail.Unanswered():
            return fault_sentence(failure.__cause__)
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
