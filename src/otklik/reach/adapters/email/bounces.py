"""Reports that a letter did not arrive: RFC 3464, and the prose of servers that do not write it."""

import re
from collections.abc import Collection

from otklik.reach.adapters.email.headers import message_ids, words
from otklik.reach.adapters.email.mime import Headers, Limits, Part, Tree, take_apart
from otklik.reach.adapters.incoming import Bounce, BouncedRecipient

LONGEST_REPORT = 200_000
MOST_RECIPIENTS = 100
SHORTEST_PROSE = 20

_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]=]{1,64}@[^\s<>\"'(),:;\[\]=]{1,190}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[\s-])(?!\s*\.)")
_ID_IN_TEXT = re.compile(r"^[ >\t]*message-id\s*:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(
    r"undeliver|returned mail|returned to sender|failure notice|delivery (?:status notification|failure|has failed"
    r"|report|incomplete)|mail delivery (?:failed|system)"
    r"|delivery.{0,20}(?:failed|delayed)|message (?:delayed|could not be delivered|not delivered)|non ?delivery"
    r"|не ?доставлен|недоставк|невозможно доставить|не удалось доставить"
    r"|сбой доставки|ошибка доставки|письмо возвращено|возврат (?:письма|почты)|отч[её]т о (?:доставке|недоставке)"
    r"|сообщение о недоставке",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mail[._-]?delivery\S*|microsoftexchange\S*|double-bounce"
    r"|bounces?)(?:@|$)"
)
_COPY = re.compile(
    r"^[\s>-]*(?:below this line is a copy of the message|this is a copy of (?:your|the) (?:message|headers)"
    r"|original message(?: headers)?(?: follows)?\b|the original message\b"
    r"|исходн\w+ (?:заголовк\w+|сообщени\w+)(?: сообщения)?|заголовки исходного|оригинал(?:ьное)? (?:письма"
    r"|сообщени\w)|текст исходного|копия (?:вашего )?(?:письма|сообщения)"
    r"|return-path:|received: )",
    re.IGNORECASE | re.MULTILINE,
)
_DEAD = re.compile(
    r"user (?:is )?(?:unknown|not found|doesn'?t exist)|unknown (?:user|recipient|local|mailbox)|no such (?:user"
    r"|recipient|mailbox|address|person)|(?:recipient|address|mailbox|account|user|addressee)"
    r" (?:address )?(?:rejected: (?:user|undeliverable|unknown)|(?:is |was )?(?:unknown|not found|unavailable"
    r"|disabled|inactive|does ?n[o']t exist|not exist|closed|invalid))|does not exist|doesn't exist"
    r"|invalid (?:recipient|mailbox|address)"
    r"|recipnotfound|couldn'?t be found|wasn'?t found|(?:host|domain) (?:not found|unknown|name not found"
    r"|does not exist)|name or service not known|unrouteable address|bad destination|no mailbox here"
    r"|not our customer"
    r"|не (?:существует|найден\w?)|нет такого|неизвестн\w+ (?:получател|пользовател|адрес)|(?:ящик|пользователь"
    r"|получатель|аккаунт|домен) \w{0,10} ?(?:не существует|не найден|удал[её]н|заблокирован|отключ[её]н)",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"(?:mailbox|quota|storage|inbox).{0,30}(?:full|exceed|over)|over ?quota|quota exceed|out of storage"
    r"|too (?:large|big)|temporar|try again|greylist|graylist|deferred|delayed|timed? ?out|retry|spam|blacklist"
    r"|blocklist|blocked"
    r"|policy|reputation|переполнен|квот|врем[её]нн|повтор|спам|задерж|слишком (?:большо|много)|отложен",
    re.IGNORECASE,
)
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_HARD_STATUS = re.compile(r"5\.(?:1\.(?:0|1|2|3|4|6|10)|2\.1|4\.4)$")
_VAGUE_STATUS = re.compile(r"5\.(?:0\.0|1\.0|5\.\d+|[347]\.0|2\.0|4\.0)$")


def bounce_in(tree: Tree, text: str, *, sender: str, subject: str, own_domains: Collection[str] = ()) -> Bounce | None:
    """The delivery report that this letter is; None when it is none or reports success."""
    report = next((part for part in tree.parts if part.content_type in _REPORTS), None)
    text = text[:LONGEST_REPORT]
    if report is not None and tree.root.content_type == "multipart/report":
        recipients = _reported(report, text)
    elif _is_from_a_server(tree.root.headers, sender, subject):
        recipients = _told(tree.root.headers, text, sender)
    else:
        return None
    if not recipients:
        return None
    return Bounce(original_message_id=_original(tree, text, own_domains), recipients=recipients)


def _is_from_a_server(headers: Headers, sender: str, subject: str) -> bool:
    wrote_nobody = headers.first("return-path").replace(b" ", b"") == b"<>"
    return "x-failed-recipients" in headers or bool(
        _SUBJECT.search(subject[:300]) and (wrote_nobody or _DAEMON.match(sender))
    )


def _reported(report: Part, text: str) -> tuple[BouncedRecipient, ...]:
    """The failed or delayed recipients of an RFC 3464 report; each group of fields stands between empty lines."""
    found: dict[str, BouncedRecipient] = {}
    body = report.content(LONGEST_REPORT).replace(b"\r\n", b"\n")
    for group in body.split(b"\n\n"):
        fields = _fields(group)
        written = fields.get("original-recipient") or fields.get("final-recipient") or ""
        match = _ADDRESS.search(written.partition(";")[2] or written)
        action = fields.get("action", "failed").strip().lower()
        if match is None or action not in {"failed", "delayed"}:
            continue
        status = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
        code = status[1] if status else ""
        detail = " ".join(fields.get("diagnostic-code", "").partition(";")[2].split()) or _near(text, match.group())
        is_hard = action == "failed" and _is_hard(code, detail)
        email = match.group().strip(".").lower()
        found.setdefault(email, BouncedRecipient(email=email, is_hard=is_hard, status=code, text=detail[:500]))
        if len(found) >= MOST_RECIPIENTS:
            break
    return tuple(found.values())


def _fields(group: bytes) -> dict[str, str]:
    tree = take_apart(group.strip() + b"\n\n", Limits(parts=1, depth=0))
    return {name: words(tree.root.headers.first(name)) for name in tree.root.headers.names()}


def _told(headers: Headers, text: str, sender: str) -> tuple[BouncedRecipient, ...]:
    """Failed recipients named in prose: an address, and within the next lines why."""
    copy = _COPY.search(text)
    prose = text[: copy.start()] if copy and copy.start() > SHORTEST_PROSE else text
    ours = {sender, *(match.lower() for match in _ADDRESS.findall(words(headers.first("to"))))}
    named = [match.lower() for match in _ADDRESS.findall(words(headers.first("x-failed-recipients")))]
    found: dict[str, BouncedRecipient] = {}
    for match in _ADDRESS.finditer(prose):
        email = match.group().strip(".").lower()
        if email in ours or email in found or (named and email not in named) or len(found) >= MOST_RECIPIENTS:
            continue
        detail = _near(prose, match.group())
        status = _STATUS.search(detail)
        if not (named or status or _REPLY_CODE.search(detail) or _DEAD.search(detail) or _PASSING.search(detail)):
            continue
        code = status[1] if status else ""
        found[email] = BouncedRecipient(email=email, is_hard=_is_hard(code, detail), status=code, text=detail[:500])
    for email in named:
        found.setdefault(email, BouncedRecipient(email=email, is_hard=_is_hard("", prose), text=""))
    return tuple(found.values())


def _near(text: str, email: str) -> str:
    """What stands beside and below an address: the server's reason."""
    at = text.find(email)
    return " ".join(text[at + len(email) : at + len(email) + 600].split()).lstrip(">:) ") if at >= 0 else ""


def _is_hard(status: str, detail: str) -> bool:
    """Hard: this address does not work and will not. Full, suspicious, too large and too slow are soft."""
    if status.startswith("4"):
        return False
    is_dead, is_passing = bool(_DEAD.search(detail)), bool(_PASSING.search(detail))
    if _HARD_STATUS.match(status) or (is_dead and not is_passing):
        return True
    if status and not _VAGUE_STATUS.match(status):
        return not status.startswith(("5.2", "5.3", "5.4", "5.7")) and not is_passing
    code = _REPLY_CODE.search(detail)
    return is_dead or (not is_passing and (code is None or code[1] == "5"))


def _original(tree: Tree, text: str, own_domains: Collection[str]) -> str:
    """The Message-ID of the letter that failed: from its returned headers, else the words, else the threading."""
    for part in tree.parts:
        if part.content_type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}:
            returned = take_apart(part.content(LONGEST_REPORT) + b"\n\n", Limits(parts=1, depth=0))
            if found := message_ids(returned.root.headers.all("message-id")):
                return found[0]
    own = tree.root.headers
    written = [match.encode() for match in _ID_IN_TEXT.findall(text)]
    candidates = message_ids(written) + message_ids(own.all("in-reply-to") + own.all("references"))
    ours = [found for found in candidates if found.rpartition("@")[2].lower() in own_domains]
    return next(iter(ours or candidates), "")
