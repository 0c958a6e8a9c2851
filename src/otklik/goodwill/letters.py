"""Letters to a lead: what is asked, with two buttons and how to answer it; and what became of an answer."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases.queries import conversation_to_answer
from otklik.cases.zones import moment_words
from otklik.foundation.policies import policy
from otklik.foundation.text.mail_text import mail_text
from otklik.goodwill.models import AskedLead, Gesture, LeadsLetter
from otklik.goodwill.money import money
from otklik.reach.models import Inbox
from otklik.reach.queries import first_mail_inbox, return_address, return_id
from otklik.ui.letters import Button, House, Pictures, Sheet, letter_html, letter_text

APP: Final = "goodwill"
_BECAME: Final[Mapping[str, str | Promise]] = {
    "unclear": gettext_lazy(
        "It was not clear whether your letter says “yes” or “no”, so nothing was given. Answer with one clear word, "
        "such as “yes” or “no, because …”, or press a button."
    ),
    "reason_missing": gettext_lazy("A “no” needs its reason, so that your colleague can tell the customer."),
    "not_theirs": gettext_lazy(
        "An answer to this question came from another address than yours. Nothing was given. If it was you, press a "
        "button."
    ),
    "not_proven": gettext_lazy(
        "An answer came in your name, but the mail server could not vouch that it is yours. Nothing was given. If it "
        "was you, press a button."
    ),
    "answered_already": gettext_lazy("This was answered before or withdrawn. Your letter changed nothing."),
    "not_allowed": gettext_lazy("This is no longer yours to decide. Nothing was given."),
    "not_found": gettext_lazy("This is no longer yours to decide. Nothing was given."),
    "own_wish": gettext_lazy("Somebody else has to answer what you asked for."),
    "budget_spent": gettext_lazy("The team's budget is not enough for it, so nothing was given. The question waits."),
    "amount_invalid": gettext_lazy(
        "That amount cannot be given: no more than was asked for, and what has a fixed price only at its price. "
        "Nothing was given; the question is still open."
    ),
    "tied_to_a_rating": gettext_lazy(
        "A gesture is never tied to a rating or a review. Leave them out of these words. Nothing was given."
    ),
}


def send_question(asked: AskedLead) -> None:
    """In the language of the lead. Raises ``OSError`` or ``SMTPException`` when it does not leave."""
    gesture = asked.gesture
    inbox = _inbox_for_answers(gesture)
    with translation.override(asked.lead.language):
        words = mail_text(
            "goodwill/mail/question.txt",
            lead=asked.lead,
            gesture=gesture,
            amount=money(gesture.amount),
            by=moment_words(gesture.case, gesture.answer_by) if gesture.answer_by else "",
            can_be_answered=inbox is not None,
        )
        _send(asked, words, _subject(gesture), _buttons(gesture), inbox)


def send_word_back(letter: LeadsLetter) -> None:
    """What became of a lead's letter, to their own address. Raises ``OSError`` or ``SMTPException``."""
    asked = letter.asked
    with translation.override(asked.lead.language):
        words = mail_text(
            "goodwill/mail/heard.txt",
            lead=asked.lead,
            gesture=asked.gesture,
            amount=money(asked.gesture.amount),
            became=letter.became,
            why=_BECAME.get(letter.became, _("Nothing was given.")),
        )
        is_open = asked.gesture.state == Gesture.State.WAITING
        buttons = _buttons(asked.gesture) if is_open else []
        _send(asked, words, f"Re: {_subject(asked.gesture)}", buttons, None)


def _inbox_for_answers(gesture: Gesture) -> Inbox | None:
    """Where the lead's answer comes in; None while no server is there whose word about a sender counts."""
    if not settings.TRUSTED_MAIL_HOSTS:
        return None
    inbox = conversation_to_answer(gesture.case).inbox
    return inbox if inbox.kind == Inbox.Kind.EMAIL else first_mail_inbox()


def _subject(gesture: Gesture) -> str:
    about = {"name": gesture.agent.name, "gift": gesture.gift.name, "amount": money(gesture.wished or gesture.amount)}
    return _("%(name)s asks: %(gift)s for %(amount)s?") % about


def _buttons(gesture: Gesture) -> list[Button]:
    """Each leads to the page with that very button; opening it changes nothing."""
    url = f"{settings.BASE_URL}{reverse('goodwill:asked', args=[gesture.pk])}"
    yes = _("Yes, give %(amount)s") % {"amount": money(gesture.amount)}
    return [
        Button(label=yes, url=f"{url}?say=yes", is_twin=True),
        Button(label=_("No"), url=f"{url}?say=no", is_twin=True),
    ]


def _send(asked: AskedLead, words: str, subject: str, buttons: list[Button], inbox: Inbox | None) -> None:
    """``inbox``: where this very letter can be answered, None for a letter that asks nothing."""
    sheet, house = Sheet(buttons=buttons), House(name=policy("company.name"))
    page = letter_html(
        sheet=sheet, words=words, house=house, pictures=Pictures(), subject=subject, language=asked.lead.language
    )
    headers = {"Auto-Submitted": "auto-generated"}
    if inbox is not None:
        headers["Message-ID"] = f"<{return_id(APP, asked.pk)}>"
    mail = EmailMultiAlternatives(
        subject,
        letter_text(sheet=sheet, words=words, house=house),
        to=[asked.lead.email],
        reply_to=[return_address(APP, asked.pk, inbox)] if inbox is not None else None,
        headers=headers,
    )
    mail.attach_alternative(page, "text/html")
    mail.send()
