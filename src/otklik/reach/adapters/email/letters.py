"""From the bytes of a letter to ``Incoming``: ``take_apart``, ``gather``, then what each module makes of it."""

import hashlib
import html as entities
import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from otklik.reach.adapters.email.authentication import verdicts
from otklik.reach.adapters.email.automatic import automatic_reason
from otklik.reach.adapters.email.bodies import Gathered, Words, gather
from otklik.reach.adapters.email.bounces import bounce_in
from otklik.reach.adapters.email.headers import addresses, date, message_ids, words
from otklik.reach.adapters.email.html import sanitise
from otklik.reach.adapters.email.html_text import Line, lines_of_html, plain, written
from otklik.reach.adapters.email.mime import Headers, Limits, Tree, take_apart
from otklik.reach.adapters.email.quotes import MOST_LINES, Situation, lines_of_text, own_text
from otklik.reach.adapters.incoming import Address, Incoming, IncomingFile, Unreadable, Verdicts

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 998
FAR_MORE = 4
_REPLY = re.compile(r"^\W{0,3}(?:re|aw|отв|ответ|ha|на|sv|antw)(?:\[\d+\]|\(\d+\))?\s?:", re.IGNORECASE)
_FORWARD = re.compile(
    r"^\W{0,3}(?:(?:re|отв|ответ)\s?:\s*)?(?:fwd?|fw|wg|пер|пересл\w*|переадр\w*|i)\s?:", re.IGNORECASE
)
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
        )


def _read(
    raw: bytes, trusted_hosts: Sequence[str], own_domains: Collection[str], limits: Limits
) -> Incoming | Unreadable:
    if not raw.strip():
        return Unreadable(reason="empty")
    tree = take_apart(raw, limits)
    headers = tree.root.headers
    if not headers.names():
        return Unreadable(reason="no_letter")
    head = _head(tree)
    if head is None:
        return Unreadable(reason="no_sender")
    body = gather(tree, limits)
    text, own, html = _with_invitations(body, *_texts(body, head.situation))
    bounce = bounce_in(tree, text, sender=head.sender.email, subject=head.subject, own_domains=own_domains)
    automatic = automatic_reason(
        headers, sender=head.sender.email, subject=head.subject, content_type=tree.root.content_type
    )
    notices = body.notices | ({"truncated"} if body.is_truncated else set())
    return Incoming(
        external_id=_external_id(headers, raw),
        sender=head.sender,
        reply_to=addresses(headers.all("reply-to"), head.charset),
        to=head.to,
        cc=head.cc,
        delivered_to=tuple(a.email for name in _DELIVERED for a in addresses(headers.all(name)[:5])),
        subject=head.subject,
        sent_at=date(headers.first("date")),
        in_reply_to=head.in_reply_to,
        references=head.references,
        text=text,
        own_text=own,
        html=html,
        files=_placed(body.files, html),
        automatic_because="bounce" if bounce else automatic,
        bounce=bounce,
        verdicts=_verdicts(headers, trusted_hosts),
        is_truncated=body.is_truncated,
        notices=tuple(sorted(notices)),
    )


def _with_invitations(body: Gathered, text: str, own: str, html: str) -> tuple[str, str, str]:
    """What invitations say, in words above the letter's own."""
    if not body.invitations:
        return text, own, html
    told = "\n\n".join(body.invitations)
    text, own = (f"{told}\n\n{words}".rstrip("\n") for words in (text, own))
    return text, own, f"<p>{_as_html(told)}</p>{html}" if html else ""


def _head(tree: Tree) -> _Head | None:
    headers = tree.root.headers
    charset = tree.root.params.get("charset", "") or next(
        (part.params["charset"] for part in tree.parts if "charset" in part.params), ""
    )
    sender = _sender(headers, charset)
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


def _sender(headers: Headers, charset: str) -> Address | None:
    for name in ("from", "sender", "reply-to", "return-path", "x-envelope-from"):
        found = addresses(headers.all(name), charset)
        if found:
            return found[0]
    return None


def _external_id(headers: Headers, raw: bytes) -> str:
    found = message_ids(headers.all("message-id")) or message_ids([b"<" + headers.first("message-id") + b">"])
    return found[0] if found else "sha256:" + hashlib.sha256(raw).hexdigest()


def _verdicts(headers: Headers, trusted_hosts: Sequence[str]) -> Verdicts:
    """Two From lines with different addresses are a disguise: what was verified need not be what is shown."""
    found = verdicts(headers.all("authentication-results"), trusted_hosts)
    froms = {address.email for address in addresses(headers.all("from"))}
    return replace(found, dmarc="fail") if found.host and len(headers.all("from")) > 1 and len(froms) > 1 else found


def _texts(body: Gathered, situation: Situation) -> tuple[str, str, str]:
    """The whole text, the sender's own words, and the HTML to show ('' for a letter without HTML)."""
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
    return plain("\n".join(written(line) for line in lines)), own_text(lines, situation), html


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


def _placed(files: Sequence[IncomingFile], html: str) -> tuple[IncomingFile, ...]:
    """A picture is inline only when the text shows it; else it would be lost from the list of attachments."""
    return tuple(
        replace(file, is_inline=True)
        if file.content_id and f'"cid:{entities.escape(file.content_id)}"' in html
        else file
        for file in files
    )
