"""Is a letter written by a machine? Then nothing of ours may answer by itself (RFC 3834 and older customs)."""

import re

from otklik.reach.adapters.email.mime import Headers

_NO_REPLY = re.compile(
    r"(?:no|not?|do|donot|dont)[._-]?(?:not|t)?[._-]?(?:reply|answer|otvechat|otvet)|ne[._-]?otvechat"
)
_SYSTEM = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mail[._-]?delivery\S*|daemon|nobody|double-bounce)$|bounces?(?:$|[+=-])"
)
_ABSENT = re.compile(
    r"^\W{0,3}(?:"
    r"(?:автоответ(?:чик)?|автоматический ответ|нет на работе|нет на месте|вне офиса|отсутствие на рабочем месте"
    r"|в отпуске)\s?(?::|\(|$)"
    r"|auto: .{0,60}(?:out of|away|absent)"
    r"|(?:auto(?:matic)?|automated)[ -]?(?:reply|response|answer|responder)\s?(?::|\(|$|from\b)"
    r"|out[ -]of[ -](?:the[ -])?office(?:\s?:|\s?\(|$|[ -](?:auto|reply|message|notification|re\b))|ooo\s?:"
    r"|(?:away from|not in) (?:the |my )?(?:office|desk)(?:\s?:|$)|on (?:vacation|holiday|annual leave)(?:\s?:|$)"
    r"|abwesenheitsnotiz|réponse automatique|respuesta automática)",
    re.IGNORECASE,
)
_BULK = {"bulk", "list", "junk", "auto_reply", "auto-reply", "autoreply"}
_SILENCE = {"all", "oof", "autoreply"}
_LIST_HEADERS = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "x-mailing-list",
    "mailing-list",
    "x-mailman-version",
    "x-campaign-id",
)
_DENIALS = {"", "no", "false", "0", "none"}


def automatic_reason(headers: Headers, *, sender: str, subject: str, content_type: str) -> str:
    """The stable code of the first sign of a machine, see ``AUTOMATIC_REASONS``; '' for a letter of a person."""
    suppressed = headers.first("x-auto-response-suppress").decode("latin-1").lower()
    local = sender.partition("@")[0]
    signs = (
        ("auto_submitted", _token(headers, "auto-submitted") not in {"", "no"}),
        ("report", content_type == "multipart/report" or "x-failed-recipients" in headers),
        ("empty_return_path", _wrote_nobody(headers)),
        ("precedence", bool({_token(headers, "precedence"), _token(headers, "x-precedence")} & _BULK)),
        ("list", any(name in headers for name in _LIST_HEADERS)),
        ("auto_header", _has_auto_header(headers)),
        ("asks_for_silence", bool(_SILENCE & set(re.split(r"[\s,;]+", suppressed)))),
        ("out_of_office", bool(_ABSENT.match(subject[:300]))),
        ("system_sender", bool(_SYSTEM.match(local))),
        ("no_reply_sender", bool(_NO_REPLY.match(local))),
    )
    return next((code for code, is_there in signs if is_there), "")


def _wrote_nobody(headers: Headers) -> bool:
    return any(value.replace(b" ", b"") == b"<>" for value in headers.all("return-path")[:1])


def _has_auto_header(headers: Headers) -> bool:
    return (
        any(
            name.startswith(("x-auto", "x-mail-auto"))
            and name not in {"x-auto-response-suppress", "x-autodiscover"}
            and headers.first(name).decode("latin-1").strip().lower() not in _DENIALS
            for name in headers.names()
        )
        or _token(headers, "x-vacation") not in _DENIALS
    )


def _token(headers: Headers, name: str) -> str:
    return re.split(rb"[\s;(]", headers.first(name), maxsplit=1)[0].decode("latin-1").lower()
