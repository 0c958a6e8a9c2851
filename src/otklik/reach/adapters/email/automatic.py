"""Two questions about a letter: did a machine write it, and may a machine of ours answer it (RFC 3834, older customs)?

A person's words may come through a list, a site's form or an office that asks machines for silence: they are shown,
they reopen, they alert; only our automatic letters are withheld.
"""

import re
from collections.abc import Callable

from otklik.reach.adapters.email.absence import is_absence, is_receipt, says_absence, wishes
from otklik.reach.adapters.email.mime import Headers

_NO_REPLY = re.compile(
    r"(?:no|not?|do|donot|dont)[._-]?(?:not|t)?[._-]?(?:reply|answer|otvechat|otvet)|ne[._-]?otvechat"
)
_SYSTEM = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mail[._-]?delivery\S*|daemon|nobody|double-bounce)$|bounces?(?:$"
    r"|[+=-])"
)
_ABSENT = re.compile(
    r"^\W{0,3}(?:"
    r"(?:автоответ|автоматический ответ|нет на работе|нет на месте|отсутствие на рабочем месте)\s?(?::|\(|$)"
    r"|(?:auto(?:matic)?|automated)[ -]?(?:reply|response|answer|responder)\s?(?::|\(|$|from\b)"
    r"|out[ -]of[ -](?:the[ -])?office(?:\s?:|\s?\(|$|[ -](?:auto|reply|message|notification|re\b))|ooo\s?:"
    r"|(?:away from|not in) (?:the |my )?(?:office|desk)(?:\s?:|$)"
    r"|abwesenheitsnotiz|automatyczna odpowied[źz]|réponse automatique|respuesta automática)",
    re.IGNORECASE,
)
"""Written by mail programs above our subject; a person hardly begins so."""
_PERHAPS_ABSENT = re.compile(
    r"^\W{0,3}(?:автоответчик|вне офиса|в отпуске|on (?:vacation|holiday|annual leave))\s?(?::|\(|$)", re.IGNORECASE
)
_ABSENT_FOR_SURE = re.compile(
    r"auto: .{0,80}(?:out of|away|absent)|\[(?:auto|авто|automat)\w*[ -]?\w*\]", re.IGNORECASE
)
_OUR_SUBJECT = re.compile(r"$|(?:re|fwd?|отв|ответ)\s?:|\[", re.IGNORECASE)
_RECEIPT = re.compile(r"^(?:(?:не )?прочтено|(?:не )?прочитано|удалено без прочтения|(?:not )?read)\s?:", re.IGNORECASE)
_MACHINES_ANSWER = {"auto_reply", "auto-reply", "autoreply"}
_BULK = {"bulk", "list", "junk"}
_SILENCE = {"all", "oof", "autoreply"}
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "x-mailing-list", "mailing-list", "x-mailman-version")
_CAMPAIGN_HEADERS = ("x-campaign-id", "x-campaignid", "x-mailer-campaign")
_DENIALS = {"", "no", "false", "0", "none"}
_LONGEST_RECEIPT = 400


def automatic_reason(
    headers: Headers, *, sender: str, subject: str, content_type: str, text: str = "", is_reply: bool = False
) -> str:
    """The stable code of the first sign that a machine wrote the letter; '' for the words of a person."""
    local, subject = sender.partition("@")[0], subject[:300]
    signs: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("auto_submitted", lambda: _token(headers, "auto-submitted") not in {"", "no"}),
        ("report", lambda: content_type == "multipart/report" or "x-failed-recipients" in headers),
        ("empty_return_path", lambda: _wrote_nobody(headers)),
        ("auto_header", lambda: _has_auto_header(headers) or bool(_precedence(headers) & _MACHINES_ANSWER)),
        ("campaign", lambda: not is_reply and any(name in headers for name in _CAMPAIGN_HEADERS)),
        ("out_of_office", lambda: _is_absent(subject, text, is_reply=is_reply)),
        ("receipt", lambda: is_receipt(text) or _is_read_receipt(subject, text)),
        ("system_sender", lambda: bool(_SYSTEM.match(local))),
        ("no_reply_sender", lambda: is_no_reply(sender)),
    )
    return next((code for code, is_there in signs if is_there()), "")


def is_no_reply(email: str) -> bool:
    """Nobody reads what is written to this address, by its own name."""
    return bool(_NO_REPLY.match(email.partition("@")[0]))


def silence_reason(headers: Headers) -> str:
    """Why nothing of ours may answer by itself, although a person wrote; '' when it may."""
    suppressed = headers.first("x-auto-response-suppress").decode("latin-1").lower()
    signs = (
        ("list", any(name in headers for name in _LIST_HEADERS)),
        ("precedence", bool(_precedence(headers) & _BULK)),
        ("asks_for_silence", bool(_SILENCE & set(re.split(r"[\s,;]+", suppressed)))),
    )
    return next((code for code, is_there in signs if is_there), "")


def _is_absent(subject: str, text: str, *, is_reply: bool) -> bool:
    """By its words; or by its subject, as far as nothing in the letter is a person's own."""
    if _ABSENT_FOR_SURE.match(subject) or is_absence(text):
        return True
    if _ABSENT.match(subject):
        return "?" not in subject and (says_absence(text) or not wishes(text))
    said = _PERHAPS_ABSENT.match(subject)
    if said is None:
        return False
    is_above_ours = bool(_OUR_SUBJECT.match(subject[said.end() :].strip()))
    return is_above_ours or not text.strip() or (is_reply and not wishes(text))


def _is_read_receipt(subject: str, text: str) -> bool:
    """Outlook's «Прочтено: …» without its headers: hardly any words, and they repeat when it was read."""
    return bool(_RECEIPT.match(subject)) and len(text) < _LONGEST_RECEIPT and "?" not in text


def _precedence(headers: Headers) -> set[str]:
    return {_token(headers, "precedence"), _token(headers, "x-precedence")}


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
