"""What codes about letters mean in plain words for the agent."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.reach.models import Delivery, Message

_SHOWN = 400
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


def why_undelivered(row: Delivery) -> str:
    """The reason of a failed delivery, from the server's own code where there is one (RFC 3463, RFC 5321)."""
    if row.message.conversation.peer and (told := _by_verdict(row.verdict)):
        return told
    error = row.last_error
    if error == "gate":
        return _("Letters to this address have come back before, so it was not sent.")
    known = _by_status(error) or _by_reply(error)
    return known or (_("The letter came back.") if row.state == "bounced" else _("The mail server did not take it."))


def why_refused(fault: str) -> str:
    """Why other servers do not take our letters, as the end of a sentence; see ``MessageUndelivered.fault``."""
    known = {
        "authentication": _("they do not pass the check of their sender (SPF, DKIM or DMARC)"),
        "reverse_dns": _("our server's address has no name that leads back to it (PTR)"),
        "reputation": _("our server is on a block list"),
        "rate": _("we send too many at once"),
        "relay": _("the mail server does not accept us as a sender (relaying)"),
        "sender": _("they do not accept our sender address"),
        "content": _("they take them for spam, or for something unwanted"),
        "greylisting": _("they want to be asked again later, and our server gives up too early"),
        "connection": _("no connection to them comes about"),
    }
    return known.get(fault, fault)


def why_not_sent(step: str) -> str:
    """A step of ``gate`` in plain words."""
    texts = {
        "module_off": _("The module that writes such letters is switched off."),
        "no_address": _("There was no address to send to."),
        "foreign_messenger": _(
            "Law 41-FZ: the settings say that this house may not answer in messengers of foreign owners."
        ),
        "one_way": _("The channel only takes words in."),
        "blocked": _("The customer wants no more words by this way."),
        "hard_bounce": _("Letters to this address come back."),
        "automatic_sender": _("The letter before was written by a machine, and machines get no automatic letters."),
        "silence_asked": _("The letter before came through a list, or asks machines not to answer."),
        "complaint": _("The customer pressed “spam” on a letter of ours."),
        "sender_not_verified": _("It was not certain that the sender is who they say."),
        "acknowledgement_cap": _("There were enough acknowledgements already."),
        "echo": _("It came in answer to an acknowledgement of ours, so it was not acknowledged again."),
    }
    return texts.get(step, step)


def _by_status(error: str) -> str:
    match = _STATUS.search(error)
    if match is None:
        return ""
    exact = {
        "1.1": _("There is no such address."),
        "1.2": _("There is no such mail server: look at the part after @."),
        "1.10": _("This address takes no mail."),
        "2.1": _("The mailbox is switched off."),
        "2.2": _("The mailbox is full."),
        "2.3": _("The letter is too large for this mailbox."),
        "3.4": _("The letter is too large for this server."),
        "7.1": _("The other server refuses our letters."),
        "7.26": _("The other server does not trust our signature (SPF, DKIM)."),
    }
    broad = {
        "1": _("Something is wrong with the address."),
        "2": _("Something is wrong with the mailbox."),
        "4": _("The other mail server could not be reached."),
        "7": _("The other server refuses our letters."),
    }
    return exact.get(f"{int(match[2])}.{int(match[3])}") or broad.get(match[2], "")


def _by_reply(error: str) -> str:
    for start, words in (
        ("550", _("There is no such address, or the other server refuses our letters.")),
        ("552", _("The mailbox is full.")),
        ("553", _("Something is wrong with the address.")),
        ("554", _("The other server refuses our letters.")),
        ("535", _("Our own mail server does not accept the password of the inbox.")),
    ):
        if error.startswith(start):
            return words
    if any(
        word in error for word in ("gaierror", "TimeoutError", "ConnectionRefused", "timed out", "Network is unreach")
    ):
        return _("Our own mail server could not be reached.")
    return ""


def became(message: Message) -> list[str]:
    """What became of a word after it was said, as sentences: taken back, changed, signs on it, its files."""
    told = [_("The customer took this back. It is kept for you alone.")] if message.removed_at else []
    changed = _("Changed by the customer. Before: «%(text)s»")
    told += [changed % {"text": one["text"][:_SHOWN]} for one in message.earlier]
    told += [_("They put %(sign)s on it.") % {"sign": one["sign"]} for one in message.reactions]
    told += [words for one in message.besides if (words := _besides(one))]
    if claimed := message.people.get("claimed"):
        words = ", ".join(claimed.values())
        told.append(_("They are named so there: %(words)s. Nobody has checked it.") % {"words": words})
    if message.coming:
        count = len(message.coming)
        told.append(ngettext("%(count)d file is coming.", "%(count)d files are coming.", count) % {"count": count})
    too_large = [one["name"] for one in message.lost if one["reason"] == "too_large"]
    others = [one["name"] for one in message.lost if one["reason"] != "too_large"]
    told += [
        _("The file %(name)s is too large to be fetched. Ask for it by letter.") % {"name": one} for one in too_large
    ]
    told += [_("The file %(name)s could not be fetched.") % {"name": one} for one in others]
    return told


def _besides(one: Mapping[str, Any]) -> str:
    """What a message is besides words, as a sentence; '' for what needs none."""
    text, seconds = str(one.get("text", "")), int(one.get("seconds", 0))
    played = {
        "voice": _("A voice message, %(length)s."),
        "video": _("A video, %(length)s."),
        "round_video": _("A video message, %(length)s."),
        "audio": _("A recording, %(length)s."),
    }
    shown = {
        "sticker": _("A sticker."),
        "place": _("A place on the map."),
        "contact": _("Somebody's card."),
        "forwarded": _("Passed on from: %(text)s."),
        "link": _("With it: %(text)s."),
    }
    kind = str(one.get("kind", ""))
    if kind in played:
        return played[kind] % {"length": f"{seconds // 60}:{seconds % 60:02d}"}
    if kind == "forwarded" and not text:
        return _("Passed on.")
    return shown[kind] % {"text": text} if kind in shown else ""


def _by_verdict(verdict: str) -> str:
    known = {
        "blocked": _("The customer wants no more words by this way."),
        "gone": _("This person is not known there any more."),
        "too_large": _("The message is too large for this channel."),
        "refused": _("The other side did not take the message."),
        "server": _("The other side could not be reached."),
        "unknown": _(
            "Nobody knows whether it arrived: the connection broke off. Look there, or ask, before you send again."
        ),
        "out_of_date": _("It could not leave in time, and may no longer fit. Read it again, then send it."),
        "not_allowed": _("It was not sent: nothing leaves by this way."),
    }
    return known.get(verdict, "")
