"""From the bytes of a letter to ``Incoming``: ``take_apart``, ``gather``, then what each module makes of it."""

import hashlib
import html as entities
import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from otklik.reach.adapters.email.authentication import verdicts
from otklik.reach.adapters.email.automatic import automatic_reason, silence_reason
from otklik.reach.adapters.email.bodies import Gathered, Words, gather
from otklik.reach.adapters.email.bounces import NOBODY, REPORTS, SYSTEM_NAME, bounce_in
from otklik.reach.adapters.email.charsets import likely_charset
from otklik.reach.adapters.email.forms import visitor_in
from otklik.reach.adapters.email.headers import addresses, date, message_ids, words
from otklik.reach.adapters.email.html import sanitise
from otklik.reach.adapters.email.html_text import Line, lines_of_html, plain, written
from otklik.reach.adapters.email.knowing import Said
from otklik.reach.adapters.email.mime import Headers, Limits, Tree, take_apart
from otklik.reach.adapters.email.quotes import MOST_LINES, Situation, lines_of_text, own_text
from otklik.reach.adapters.email.spam import marked_as_spam
from otklik.reach.adapters.incoming import Address, Bounce, Incoming, IncomingFile, Unreadable, Verdicts

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 998
FAR_MORE = 4
_REPLY = re.compile(r"^\W{0,3}(?:re|aw|отв|ответ|ha|на|sv|antw)(?:\[\d+\]|\(\d+\))?\s?:", re.IGNORECASE)
_FORWARD = re.compile(
    r"^\W{0,3}(?:(?:re|отв|ответ)\s?:\s*)?(?:fwd?|fw|wg|пер|пересл\w*|переадр\w*|i)\s?:", re.IGNORECASE
)
_CID = re.compile(r"\[cid:([^\[\]\s]{1,300})\]")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")


def parse(
    raw: bytes,
    *,
    trusted_hosts: Sequence[str] = (),
    own_domains: Collection[str] = (),
    limits: Limits | None = None,
) -> Incoming | Unreadable:
    """What these bytes say. Never raises: bytes that are no letter come back as ``Unreadable`` with a stable reason.

    ``trusted_hosts``: names (authserv-id) of the servers whose Authentication-Results count.
    ``own_domains``: lower-case mail domains of this company; a bounce prefers Message-IDs of these.
    """
    try:
        return _read(raw, trusted_hosts, own_domains, limits or Limits())
    except Exception as error:  # the last line of defence: the original is kept and a person looks at it
        logger.exception("letter_unreadable", extra={"size": len(raw)})
        return Unreadable(reason="parser_failed", detail=type(error).__name__)


@dataclass(frozen=True, kw_only=True)
class _Head:
    """What the headers of a letter say."""

    sender: Address
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    charset: str

    @property
    def situation(self) -> Situation:
        return Situation(
            is_reply=bool(self.in_reply_to or self.references or _REPLY.match(self.subject)),
            is_forward=bool(_FORWARD.match(self.subject)),
            known=tuple(address.email for address in (*self.to, *self.cc)),
            sender=self.sender.email,
            names=tuple(address.name for address in (self.sender, *self.to, *self.cc)),
        )


def _read(
    raw: bytes, trusted_hosts: Sequence[str], own_domains: Collection[str], limits: Limits
) -> Incoming | Unreadable:
    opened = _opened(raw, limits)
    if isinstance(opened, Unreadable):
        return opened
    tree, head = opened
    headers = tree.root.headers
    body = gather(tree, limits, head.charset)
    text, html, files, knowing = _worded(body, head.situation)
    own = knowing((), ())
    bounce = bounce_in(tree, text, sender=head.sender, subject=head.subject, own_domains=own_domains)
    reply_to = addresses(headers.all("reply-to"), head.charset)
    notices = body.notices | ({"truncated"} if body.is_truncated else set())
    return Incoming(
        external_id=_external_id(headers, raw),
        sender=head.sender,
        reply_to=reply_to,
        to=head.to,
        cc=head.cc,
        delivered_to=tuple(a.email for name in _DELIVERED for a in addresses(headers.all(name)[:5])),
        subject=head.subject,
        sent_at=date(headers.first("date")),
        in_reply_to=head.in_reply_to,
        references=head.references,
        text=text,
        own_text=own,
        knowing=knowing,
        html=html,
        files=files,
        automatic_because=_automatic(tree, head, own, bounce),
        silent_because=silence_reason(headers),
        visitor=None if bounce else visitor_in(headers, head.sender, reply_to, head.subject, own),
        bounce=bounce,
        verdicts=_verdicts(headers, trusted_hosts),
        is_truncated=body.is_truncated,
        notices=tuple(sorted(notices)),
        spam_because=marked_as_spam(headers),
    )


def _opened(raw: bytes, limits: Limits) -> tuple[Tree, _Head] | Unreadable:
    if not raw.strip():
        return Unreadable(reason="empty")
    tree = take_apart(raw, limits)
    if not tree.root.headers.names():
        return Unreadable(reason="no_letter")
    head = _head(tree)
    return Unreadable(reason="no_sender") if head is None else (tree, head)


def _automatic(tree: Tree, head: _Head, own: str, bounce: Bounce | None) -> str:
    if bounce is not None:
        return "complaint" if bounce.is_complaint else "bounce"
    return automatic_reason(
        tree.root.headers,
        sender=head.sender.email,
        subject=head.subject,
        content_type=tree.root.content_type,
        text=own,
        is_reply=head.situation.is_reply,
    )


def _worded(
    body: Gathered, situation: Situation
) -> tuple[str, str, tuple[IncomingFile, ...], Callable[[Sequence[str], Sequence[str]], str]]:
    """The whole text, the HTML to show, the files, and the sender's own words for who knows what was said before."""
    lines, html = _texts(body)
    files = _placed(body.files, html)
    lines = _with_names(lines, {file.content_id: file.name for file in files if file.content_id})
    text = _told(body, plain("\n".join(written(line) for line in lines)))
    html = f"<p>{_as_html(_told(body, ''))}</p>{html}" if html and body.invitations else html

    def knowing(ours: Sequence[str], theirs: Sequence[str]) -> str:
        return _told(body, own_text(lines, situation, Said(ours=ours, theirs=theirs)))

    return text, html, files, knowing


def _told(body: Gathered, text: str) -> str:
    """What invitations say, in words above the letter's own."""
    return "\n\n".join((*body.invitations, text)).rstrip("\n") if body.invitations else text


def _head(tree: Tree) -> _Head | None:
    headers = tree.root.headers
    charset = tree.root.params.get("charset", "") or next(
        (part.params["charset"] for part in tree.parts if "charset" in part.params), ""
    )
    if not charset and not headers.first("subject").isascii():
        charset = likely_charset(b" ".join((headers.first("subject"), headers.first("from"), _beginning(tree))))
    sender = _sender(tree, charset)
    if sender is None:
        return None
    return _Head(
        sender=sender,
        subject=" ".join(words(headers.first("subject")[:8_000], charset).split())[:LONGEST_SUBJECT],
        to=addresses(headers.all("to"), charset),
        cc=addresses(headers.all("cc"), charset),
        in_reply_to=message_ids(headers.all("in-reply-to")),
        references=message_ids(headers.all("references")),
        charset=charset,
    )


def _beginning(tree: Tree) -> bytes:
    """A few of the first words, in whose charset the head is written, too."""
    texts = (part for part in tree.parts if part.content_type.startswith("text/"))
    return next((part.content(2_000) for part in texts), b"")


def _sender(tree: Tree, charset: str) -> Address | None:
    headers = tree.root.headers
    for name in ("from", "sender", "reply-to", "return-path", "x-envelope-from"):
        found = addresses(headers.all(name), charset)
        if found:
            return found[0]
        if name == "from" and (server := _server_without_address(headers)):
            return server
    is_report = any(part.content_type in REPORTS for part in tree.parts)
    return Address(email=NOBODY) if is_report else None


def _server_without_address(headers: Headers) -> Address | None:
    """Many servers report as "MAILER-DAEMON" alone or from "<>": a sender, though nobody can write to it."""
    written = words(headers.first("from"))
    is_nobody = headers.first("return-path").replace(b" ", b"") == b"<>" or "<>" in written
    if not is_nobody and not SYSTEM_NAME.search(written):
        return None
    name = written.replace("<>", "").strip(' "<>')[:200]
    return Address(email=NOBODY, name=name)


def _external_id(headers: Headers, raw: bytes) -> str:
    found = message_ids(headers.all("message-id")) or message_ids([b"<" + headers.first("message-id") + b">"])
    return found[0] if found else "sha256:" + hashlib.sha256(raw).hexdigest()


def _verdicts(headers: Headers, trusted_hosts: Sequence[str]) -> Verdicts:
    """Two From lines with different addresses are a disguise: what was verified need not be what is shown."""
    found = verdicts(headers.all("authentication-results"), trusted_hosts)
    froms = {address.email for address in addresses(headers.all("from"))}
    return replace(found, dmarc="fail") if found.host and len(headers.all("from")) > 1 and len(froms) > 1 else found


def _texts(body: Gathered) -> tuple[list[Line], str]:
    """The lines of the whole text, and the HTML to show ('' for a letter without HTML)."""
    lines: list[Line] = []
    htmls: list[str] = []
    for stretch in body.words:
        own_lines = _lines(stretch)
        lines += [Line(text=""), *own_lines] if lines else own_lines
        shown = sanitise(stretch.html) if stretch.html else ""
        if stretch.html and not shown and any(line.text for line in own_lines):
            body.notices.add("wild_html")
        htmls.append(shown or _as_html(stretch.plain or ""))
    html = "<hr>".join(filter(None, htmls)) if any(stretch.html for stretch in body.words) else ""
    return lines, html


def _lines(stretch: Words) -> list[Line]:
    """HTML says best what is a quotation; but some programs leave it, or the plain text, all but empty."""
    words = stretch.plain or ""
    if (stretch.html or "").strip():
        lines = lines_of_html(stretch.html or "")
        said = sum(len(line.text) for line in lines)
        if len(words.strip()) <= FAR_MORE * said + len("no words in HTML"):
            return lines
    if words.count("\n") > MOST_LINES:  # a log or a book: all of it counts
        return [Line(text="", original=plain(words))]
    return lines_of_text(words)


def _as_html(text: str) -> str:
    return "<br>".join(entities.escape(text).split("\n")) if text.strip() else ""


def _with_names(lines: list[Line], names: Mapping[str, str]) -> list[Line]:
    """«[cid:…]» as the name of the picture that stands there: «[image001.png]»; nothing for one that did not come."""

    def named(match: re.Match[str]) -> str:
        name = names.get(unquote(match[1])) or names.get(match[1])
        return f"[{name}]" if name else ""

    if not any("[cid:" in line.text for line in lines):
        return lines
    return [
        replace(
            line,
            text=_CID.sub(named, line.text),
            original=None if line.original is None else _CID.sub(named, line.original),
        )
        for line in lines
    ]


def _placed(files: Sequence[IncomingFile], html: str) -> tuple[IncomingFile, ...]:
    """A picture is inline only when the text shows it; else it would be lost from the list of attachments.

    Their names differ, for each stands in the text for its picture.
    """
    placed: list[IncomingFile] = []
    taken: set[str] = set()
    for file in files:
        if file.content_id and f'"cid:{entities.escape(file.content_id)}"' in html:
            stem, dot, extension = file.name.rpartition(".")
            names = (file.name, *(f"{stem or 'image'}-{number}{dot}{extension}" for number in range(2, len(files) + 2)))
            name = next(name for name in names if name not in taken)
            taken.add(name)
            placed.append(replace(file, is_inline=True, name=name))
        else:
            placed.append(file)
    return tuple(placed)
