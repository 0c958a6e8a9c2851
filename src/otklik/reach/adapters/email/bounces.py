"""Reports that a letter did not arrive: RFC 3464, the prose of servers that do not write it, and complaint loops."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice

from otklik.reach.adapters.email.automatic import is_no_reply
from otklik.reach.adapters.email.faults import Fault, fault_of, is_dead_in_words
from otklik.reach.adapters.email.headers import message_ids, words
from otklik.reach.adapters.email.mime import Headers, Limits, Part, Tree, take_apart
from otklik.reach.adapters.incoming import Address, Bounce, BouncedRecipient

LONGEST_REPORT = 200_000
LONGEST_PROSE = 4_000
MOST_RECIPIENTS = 100
SHORTEST_PROSE = 20
_FIRST_WORDS = 300
_SIGNS_OF_A_SERVICE = 2
_SIGNS_OF_A_MACHINE = 3
MOST_IDS = 20
NOBODY = "mailer-daemon@localhost"
"""The sender of a report that names none."""

_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]=]{1,64}@[^\s<>\"'(),:;\[\]=]{1,190}")
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[\s-])(?!\s*\.)")
_ID_IN_TEXT = re.compile(r"message[- ]id\s*[:=]?\s*(<[^<>\s]{3,250}>)", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|non-?deliver|returned mail|returned to sender|returning (?:message )?to sender|failure notice"
    r"|(?:delivery|mail|message|e-?mail)\b.{0,30}(?:status notification|fail|problem|error|warning|delay"
    r"|incomplete|reject)"
    r"|(?:failed|rejected|delayed|could not be delivered|not delivered|not been delivered|cannot be delivered)\b"
    r"|user unknown|mail (?:error|system error)|processing error|delivery report|delivery notification"
    r"|недостав|не ?доставлен|невозможно доставить|не удалось доставить"
    r"|(?:сбой|ошибка) доставки|письмо возвращено|возврат (?:письма|почты)|отч[её]т о (?:доставке|недоставке)"
    r"|メールエラー|エラーメール|[配送]信でき|配[信達]不能",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"mailer-?daemon|\bmdaemon\b|mail[._-]?daemon|mail delivery (?:sub)?system|microsoftexchange\w+@|double-bounce",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"(?:.*\b)?(?:post[._-]?master|mail[._-]?(?:delivery|system|gateway|server|service)\S*|bounces?|ndr|imss"
    r"|\S*(?:smtp|antivirus)\S*)(?:[+._-]\S*)?@"
)
_ROLE = re.compile(r"(?:admin(?:istrator)?|system|server|root|gateway|mail)@")
SYSTEM_NAME = re.compile(
    r"\bmail(?:er)?[- ]?(?:delivery )?(?:daemon|(?:sub)?system|service|admin\w*)\b|\bpostmaster\b"
    r"|delivery (?:sub)?system"
    r"|system administrator",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:could|can|can ?|was|were|has|have|is|did|do|does)(?: ?not|n.?t)(?: yet)?(?: be| been| able to)?"
    r" (?:\w+ )?(?:deliver|sen[dt]\b|reach|receive|process)|unable to (?:deliver|send)|un-?deliver"
    r"|delivery (?:\w+ ){0,6}"
    r"(?:fail|problem|was aborted|aborted|delayed|postponed)|(?:has|have) been (?:postponed|delayed|returned"
    r"|rejected|deferred)"
    r"|(?:did|do) not (?:receive|reach)|failed (?:recipient|address|to (?:deliver|send))|permanent (?:error|fail)"
    r"|fatal error"
    r"|(?:was|were) (?:\w+ )?(?:rejected|not delivered|undeliverable|refused)|delivery (?:to|of) .{0,80}(?:fail"
    r"|postponed)"
    r"|returned (?:to|because)|failed because|not been delivered|not a valid user|non-?deliver|delivery problems"
    r"|no mailbox|user unknown|unknown user|mailbox (?:is )?(?:full|exceed)|final delivery|no such user"
    r"|no message collected"
    r"|не (?:может|могло|был\w?|удалось|удаётся|удается).{0,30}достав|не доставлен|недостав|сбой доставки"
    r"|pas (?:pu )?(?:etre|être) d[eé]livr|nicht (?:zu|aus)gestellt|konnte nicht|non (?:è stato )?consegna"
    r"|no se pudo entregar|[配送]信でき|配[信達]不能",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"will (?:continue|keep|be retried|retry|try)|still (?:being retried|trying)|not yet been|warning only"
    r"|just a warning"
    r"|advisory-?only|has been (?:postponed|delayed)|delivery (?:is |was |has been )?delayed|temporar\w+ (?:delay"
    r"|postpon)"
    r"|continue to (?:be made|attempt|try)|(?<!no further )(?<!no further delivery )attempts will"
    r"|no action is required|будут продолжены|доставка отложена"
    r"|попытки .{0,30}продолж",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^[\s>|*-]*(?:below this line is a copy of the message|this is a copy of (?:your|the) (?:message|headers)"
    r"|here is a copy of|(?:original|returned|old|unsent) (?:message|mail)(?: headers?| text)?\b(?!.{0,20}not)"
    r"|the original message\b|(?:start|header) of (?:the )?(?:returned|source)|message text follows"
    r"|your message reads"
    r"|the (?:header|first \d+ lines)|исходн\w+ (?:заголовк\w+|сообщени\w+)(?: сообщения)?|заголовки исходного"
    r"|оригинал(?:ьное)? (?:письма|сообщени\w)|текст исходного|копия (?:вашего )?(?:письма|сообщения)"
    r"|return-path:|received: )",
    re.IGNORECASE | re.MULTILINE,
)
REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers", "text/rfc822"}
_PENDING = {"delayed", "delay", "warning"}
_COMPLAINERS = ("original-rcpt-to", "removal-recipient", "user")
_NO_COMPLAINT = "not-spam"
_NOT_PROVEN_OURS = "auth-failure"
_SUCCESS = {"delivered", "relayed", "expanded", "success"}
_TO_LINE = re.compile(r"^[ \t>]*to:[^\n]*", re.IGNORECASE | re.MULTILINE)
_FIRST_IN_LINE = re.compile(r"(?<=\n)([ \t]*)<?(" + _ADDRESS.pattern + ")")
_HEADER_LINE = re.compile(r"(?:^|\n)[ \t>]*(?!to:|recipient:)[\w-]{2,40}:[^\n]*\Z", re.IGNORECASE)


def bounce_in(
    tree: Tree, text: str, *, sender: Address, subject: str, own_domains: Collection[str] = ()
) -> Bounce | None:
    """The delivery report or complaint that this letter is; None when it is none or reports success."""
    headers, text = tree.root.headers, text[:LONGEST_REPORT]
    returned = [_head_of(part) for part in tree.parts if part.content_type in _RETURNED]
    feedback = _feedback(tree)
    complainer = _complainer(tree, returned, feedback)
    if complainer is not None:
        return _fed_back(feedback, complainer, _ids(tree, text, returned, own_domains))
    groups = _groups_in(tree)
    found = _reported(groups, text)
    if not found and any(group.get("action", "").strip().lower().startswith(tuple(_SUCCESS)) for group in groups):
        return None
    if not found and not _is_from_a_server(tree, text, sender, subject, has_report=bool(groups)):
        return None
    inner = [] if found else _handed_on(tree)
    returned += [_head_of(part) for report in inner for part in report.parts if part.content_type in _RETURNED]
    found = found or _reported([group for report in inner for group in _groups_in(report)], "")
    recipients = found or _told(headers, text, sender.email) or _meant(returned, text)
    return Bounce(message_ids=_ids(tree, text, returned, own_domains), recipients=recipients)


def _is_from_a_server(tree: Tree, text: str, sender: Address, subject: str, *, has_report: bool) -> bool:
    """A server writes it, and of a letter that failed: its subject or its first words say so."""
    headers = tree.root.headers
    if "x-failed-recipients" in headers or has_report:
        return True
    written = words(headers.first("from"))
    is_daemon = bool(_DAEMON.search(written)) or sender.email == NOBODY
    is_service = bool(_SERVICE.match(sender.email) or SYSTEM_NAME.search(written))  # but a person may be postmaster
    wrote_nobody = headers.first("return-path").replace(b" ", b"").lower() in {b"<>", b"<mailer-daemon>"}
    is_role = bool(_ROLE.match(sender.email))
    is_machine = is_no_reply(sender.email) and any(part.content_type in _RETURNED for part in tree.parts)
    if not (is_daemon or is_service or is_machine or wrote_nobody or is_role):
        return False
    about, prose = _SUBJECT.search(subject[:300]), _prose(text)
    if not (is_daemon or is_service or is_machine):
        begins = bool(about and (wrote_nobody or about.start() == 0))
        return begins and bool(_FAILED.search(prose[:_FIRST_WORDS]))
    tells = bool(_FAILED.search(prose) or is_dead_in_words(prose))
    shows = _has_copy(tree, text) or bool(_STATUS.search(prose) or _REPLY_CODE.search(prose))
    needed = 1 if is_daemon else _SIGNS_OF_A_SERVICE if is_service else _SIGNS_OF_A_MACHINE
    return bool(about) + tells + shows >= needed or (is_daemon and not prose.strip())


def _has_copy(tree: Tree, text: str) -> bool:
    return any(part.content_type in _RETURNED for part in tree.parts) or bool(_COPY.search(text))


# ── RFC 3464 ──────────────────────────────────────────────────────────────────────────────
def _groups(report: Part) -> Iterator[dict[str, str]]:
    """The groups of fields of a report; each stands between empty lines."""
    body = report.content(LONGEST_REPORT).replace(b"\r\n", b"\n")
    for group in body.split(b"\n\n"):
        if group.strip():
            tree = take_apart(group.strip() + b"\n\n", Limits(parts=1, depth=0))
            yield {name: words(tree.root.headers.first(name)) for name in tree.root.headers.names()}


def _groups_in(tree: Tree) -> list[dict[str, str]]:
    return [group for part in tree.parts if part.content_type in REPORTS for group in _groups(part)]


def _handed_on(tree: Tree) -> list[Tree]:
    """The reports that a gateway returns as if they were the letter."""
    letters = [part for part in tree.parts if part.content_type == "message/rfc822"][:MOST_RECIPIENTS]
    opened = [take_apart(part.content(LONGEST_REPORT), Limits(parts=20, depth=3)) for part in letters]
    return [inner for inner in opened if any(part.content_type in REPORTS for part in inner.parts)]


def _reported(groups: list[dict[str, str]], text: str) -> tuple[BouncedRecipient, ...]:
    """The recipients who did not get the letter, or not yet."""
    found: dict[str, BouncedRecipient] = {}
    for fields in groups:
        written = next(
            (
                fields[name]
                for name in ("original-recipient", "final-recipient", "x-actual-recipient")
                if "@" in fields.get(name, "")
            ),
            fields.get("final-recipient", ""),
        )
        match = _ADDRESS.search(written.partition(";")[2] or written)
        action = re.split(r"[\s(;]", fields.get("action", "failed").strip().lower(), maxsplit=1)[0]
        if not written or action in _SUCCESS:
            continue
        email = match.group().strip(".").lower() if match else ""
        found.setdefault(email, _recipient_of(fields, email, text, is_over=action not in _PENDING))
        if len(found) >= MOST_RECIPIENTS:
            break
    if len(found) > 1:
        found.pop("", None)
    return tuple(found.values())


def _recipient_of(fields: dict[str, str], email: str, text: str, *, is_over: bool) -> BouncedRecipient:
    diagnostic = fields.get("diagnostic-code", "") or fields.get("x-supplementary-info", "")
    told = " ".join((diagnostic.partition(";")[2] or diagnostic)[:LONGEST_PROSE].split())
    named = _STATUS.search(fields.get("status", "")), _STATUS.search(told)
    code = next((match[1] for match in named if match and not match[1].endswith(".0.0")), "")
    is_vague = not code
    code = code or next((match[1] for match in named if match), "")
    return _recipient(email, code, told or (_said_of(text, email) if is_vague else ""), is_over=is_over)


def _said_of(text: str, email: str) -> str:
    return _near(text, email) if email else " ".join(_prose(text).split())


def _recipient(email: str, status: str, said: str, *, is_over: bool) -> BouncedRecipient:
    fault, code = fault_of(status, said), _REPLY_CODE.match(said)
    is_passing = not is_over or status.startswith("4") or bool(code and code[1] == "4")
    if fault is Fault.ADDRESS and is_passing:
        fault = Fault.UNKNOWN  # a passing error proves nothing
    return BouncedRecipient(email=email, fault=fault, status=status, text=said[:500], is_over=is_over)


# ── Prose ─────────────────────────────────────────────────────────────────────────────────
def _prose(text: str) -> str:
    """What the server says itself, without the copy of the letter."""
    copy = _COPY.search(text)
    return (text[: copy.start()] if copy and copy.start() > SHORTEST_PROSE else text)[:LONGEST_PROSE]


def _told(headers: Headers, text: str, sender: str) -> tuple[BouncedRecipient, ...]:
    """Failed recipients named in prose: an address, and within the next lines why."""
    prose = _prose(text)
    is_over = not _LATE.search(prose)
    ours = {sender, *(match.lower() for match in _ADDRESS.findall(words(headers.first("to"))))}
    named = [match.lower() for match in _ADDRESS.findall(words(headers.first("x-failed-recipients")))]
    found: dict[str, BouncedRecipient] = {}
    spare: list[str] = []
    for match in islice(_ADDRESS.finditer(prose), MOST_RECIPIENTS):
        email = match.group().strip(".").lower()
        is_aside = email.startswith("postmaster@") or _HEADER_LINE.search(prose, 0, match.start())
        if email in ours or email in found or (email not in named if named else is_aside):
            continue
        said = _near(prose, match.group())
        status = _STATUS.search(said) or _STATUS.search(prose)
        one = _recipient(email, status[1] if status else "", said, is_over=is_over)
        is_told = said.startswith("...") or _STATUS.search(said) or _REPLY_CODE.search(said)
        if named or one.fault or is_told:
            found[email] = one
        elif not spare or (prose[: match.start()].endswith("\n<") and prose.startswith(">:", match.end())):
            spare.append(email)
    rest = dict.fromkeys(named[:MOST_RECIPIENTS] if named else spare if not found else [])
    if rest:  # what is said of all is looked at once
        status = None if named else _STATUS.search(prose)
        of_all = _recipient("", status[1] if status else "", prose, is_over=is_over)
        found = {email: replace(of_all, email=email) for email in rest} | found
    return tuple(found.values())


def _near(text: str, email: str) -> str:
    """What stands beside and below an address, up to the next one of a list: the server's reason."""
    at = text.find(email) if email else -1
    if at < 0:
        return ""
    said = text[at + len(email) : at + len(email) + 400]
    if said.lstrip(">").startswith("..."):  # a line of a transcript is about its own address
        said = said.partition("\n")[0]
    before = text[text.rfind("\n", 0, at) + 1 : at]
    others = (
        match.start()
        for match in _FIRST_IN_LINE.finditer(said)
        if match[2].lower() != email.lower()
        and len(match[1]) <= len(before) - len(before.lstrip(" \t"))
        and said[: match.start()].strip(">:) \r\n")  # below a list of names the reason is of all
    )
    return " ".join(said[: next(others, len(said))].split()).lstrip(">:) ")


def _meant(returned: list[Headers], text: str) -> tuple[BouncedRecipient, ...]:
    """A report that names nobody is about the only recipient of the letter that it returns, attached or below."""
    prose, copy = _prose(text), _COPY.search(text)
    status = _STATUS.search(prose)
    below = _TO_LINE.search(text, copy.start()) if copy else None
    written = [words(head.first("to")) for head in returned] or [below.group() if below else ""]
    to = [match.strip(".").lower() for one in written for match in _ADDRESS.findall(one)]
    email = to[0] if len(to) == 1 else ""
    return (_recipient(email, status[1] if status else "", prose, is_over=not _LATE.search(prose)),)


# ── Complaints ────────────────────────────────────────────────────────────────────────────
def _feedback(tree: Tree) -> dict[str, str]:
    """The fields of a feedback report (RFC 5965); of a loop of older make, what its head says."""
    reports = [part for part in tree.parts if part.content_type == "message/feedback-report"]
    fields = {name: value for part in reports for group in _groups(part) for name, value in group.items()}
    kind = tree.root.headers.first("feedback-type")
    return fields if fields or not kind else {"feedback-type": words(kind)}


def _complainer(tree: Tree, returned: list[Headers], feedback: dict[str, str]) -> str | None:
    """Whom a feedback report is about, mostly who pressed "spam"; '' when not named, None when it is no such report."""
    for head in returned:
        if "x-hmxmroriginalrecipient" in head:
            return _first_address(head, "x-hmxmroriginalrecipient")
    is_report = any(part.content_type == "message/feedback-report" for part in tree.parts)
    if not is_report and not (returned and (feedback or b"feedback" in tree.root.headers.first("x-loop").lower())):
        return None
    found = next((match.group() for name in _COMPLAINERS if (match := _ADDRESS.search(feedback.get(name, "")))), "")
    return found.strip(".").lower() or next(filter(None, (_first_address(head, "to") for head in returned)), "")


def _fed_back(feedback: dict[str, str], email: str, ids: tuple[str, ...]) -> Bounce | None:
    """A complaint; or word that a letter in our name failed DMARC (RFC 6591), of which nobody complained."""
    kind = feedback.get("feedback-type", "").strip().lower()
    if kind == _NO_COMPLAINT:
        return None
    if kind == _NOT_PROVEN_OURS:
        is_over = feedback.get("delivery-result", "").strip().lower() == "reject"
        return Bounce(
            message_ids=ids, recipients=(BouncedRecipient(email=email, fault=Fault.AUTHENTICATION, is_over=is_over),)
        )
    who = (BouncedRecipient(email=email),) if email else ()
    return Bounce(message_ids=ids, recipients=who, is_complaint=True)


def _first_address(head: Headers, name: str) -> str:
    match = _ADDRESS.search(words(head.first(name)))
    return match.group().strip(".").lower() if match else ""


# ── Which letter it was ───────────────────────────────────────────────────────────────────
def _head_of(part: Part) -> Headers:
    return take_apart(part.content(LONGEST_REPORT) + b"\n\n", Limits(parts=1, depth=0)).root.headers


def _ids(tree: Tree, text: str, returned: list[Headers], own_domains: Collection[str]) -> tuple[str, ...]:
    """Every Message-ID that may be of the letter that failed, likeliest first: ours before strangers'.

    It stands in the returned headers, in the words, in the report's own fields and threading, or anywhere else.
    """
    own = tree.root.headers
    values = [value for head in returned for value in head.all("message-id")]
    values += [match.encode() for match in _ID_IN_TEXT.findall(text)]
    values += [value for part in tree.parts[1:] for value in part.headers.all("message-id")]
    for name in (
        "x-original-message-id",
        "original-message-id",
        "in-reply-to",
        "references",
        "x-ms-exchange-message-id",
    ):
        values += own.all(name)
    candidates = dict.fromkeys(message_ids(values))
    for part in tree.parts:
        if own_domains and not part.children:
            candidates |= dict.fromkeys(_ours_within(part, own_domains))
    ours = [found for found in candidates if found.rpartition("@")[2].lower() in own_domains]
    return tuple(dict.fromkeys([*ours, *candidates]))[:MOST_IDS]


def _ours_within(part: Part, own_domains: Collection[str]) -> list[str]:
    domains = b"|".join(re.escape(domain.encode()) for domain in own_domains)
    content = part.content(LONGEST_REPORT)
    return [
        found.decode("latin-1") for found in re.findall(rb"[\w.]{3,60}\.[0-9a-f]{24}@(?:" + domains + rb")\b", content)
    ]
