"""Does the inbox work? Really logs in, sends nothing, changes nothing, and says in words what is wrong."""

import imaplib
import smtplib
import socket
import ssl
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from otklik.reach.adapters.oauth import answer_of, wants_token
from otklik.reach.adapters.smtp_out import log_in

_TIMEOUT_SECONDS = 10


def imap_problem(url: str, password: str) -> str:
    """'' when mail can be fetched with this URL (imaps:// or imap://), else why not."""
    parts = urlsplit(url)
    host, user = parts.hostname or "", unquote(parts.username or "")
    try:
        with _imap(parts.scheme, host, parts.port) as server:
            if wants_token(url):
                words = answer_of(user, password).encode()
                server.authenticate("XOAUTH2", lambda challenge: b"" if challenge else words)
            else:
                server.login(user, password or unquote(parts.password or ""))
            answer, _lines = server.select(_quoted(unquote(parts.path.strip("/")) or "INBOX"), readonly=True)
            return "" if answer == "OK" else _("The log-in works, but there is no such folder.")
    except imaplib.IMAP4.error:
        return _("The server does not accept the name and password. Some providers want a password for programs.")
    except (OSError, ValueError) as error:
        return _no_way(host, error)


def _imap(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=_TIMEOUT_SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=_TIMEOUT_SECONDS)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def smtp_problem(url: str, password: str) -> str:
    """'' when the server of this URL (smtps://, smtp+tls://, smtp://) would take letters, else why not."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        with _smtp(parts.scheme, host, parts.port) as server:
            if parts.username:
                log_in(server, url, password)
            server.noop()
    except smtplib.SMTPAuthenticationError:
        return _("The server does not accept the name and password. Some providers want a password for programs.")
    except smtplib.SMTPNotSupportedError:
        return _("The server offers no log-in here. Choose another kind of connection.")
    except smtplib.SMTPException:
        return _("The server answers, but not as a mail server should. Check the port and the kind of connection.")
    except (OSError, ValueError) as error:
        return _no_way(host, error)
    return ""


def _smtp(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 25, timeout=_TIMEOUT_SECONDS)
    if scheme == "smtp+tls":
        server.starttls(context=context)
    return server


def _no_way(host: str, error: Exception) -> str:
    """Why a connection did not come about."""
    if isinstance(error, socket.gaierror):
        return _("There is no server named %(host)s. Check the spelling.") % {"host": host}
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of %(host)s is not trusted or is for another name.") % {"host": host}
    if isinstance(error, ssl.SSLError):
        return _("%(host)s does not speak TLS on this port. Choose another port or kind of connection.") % {
            "host": host
        }
    if isinstance(error, TimeoutError):
        return _("%(host)s does not answer. Check the port, and whether a firewall stands between.") % {"host": host}
    if isinstance(error, ConnectionRefusedError):
        return _("%(host)s takes no connections on this port.") % {"host": host}
    return _("No connection to %(host)s came about.") % {"host": host}
