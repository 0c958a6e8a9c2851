"""Why a call to a program elsewhere failed: codes are stored, and each reader is told in their own language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, str | Promise] = {
    "port": _("Only the ports 80, 443, 8080 and 8443 are called."),
    "private": _("This address leads into a private network."),
    "not_an_address": _("This is not a complete web address."),
    "scheme": _("The address must begin with https:// or http://."),
    "has_password": _("The address must not hold a password; we sign every call instead."),
    "unknown_host": _("This host is not known."),
    "TimeoutError": _("It did not answer in time."),
    "ConnectionRefusedError": _("Nobody listens at this address."),
    "ConnectionResetError": _("It broke the connection off."),
    "RemoteDisconnected": _("It broke the connection off."),
    "RemoteProtocolError": _("Its answer broke off or was none."),
    "restored": _("It was told before this house was restored."),
    "SSLCertVerificationError": _("Its certificate cannot be trusted."),
}


def problem_in_words(code: str) -> str:
    """The reader's words for a stored code; ``HTTP 500`` and what has no words of its own stay as they are.

    Beside what went wrong on the way stands its name, for whoever keeps the other program.
    """
    words = str(_WORDS.get(code, code))
    return f"{words} ({code})" if code in _WORDS and code[:1].isupper() else words
