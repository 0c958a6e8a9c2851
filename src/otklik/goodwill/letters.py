"""The letter to a lead: what is asked, by whom and why, with a link to a page with two buttons."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.cases.zones import moment_words
from otklik.foundation.policies import policy
from otklik.foundation.text.mail_text import mail_text
from otklik.goodwill.models import Gesture
from otklik.goodwill.money import money
from otklik.team.models import Agent
from otklik.ui.letters import Button, House, Pictures, Sheet, letter_html, letter_text


def send_question(gesture: Gesture, lead: Agent) -> None:
    """In the language of the lead. Raises ``OSError`` or ``SMTPException`` when it does not leave."""
    with translation.override(lead.language):
        amount = money(gesture.amount)
        text = mail_text(
            "goodwill/mail/question.txt",
            lead=lead,
            gesture=gesture,
            amount=amount,
            by=moment_words(gesture.case, gesture.answer_by) if gesture.answer_by else "",
        )
        subject = _("%(name)s asks: %(gift)s for %(amount)s?")
        subject %= {"name": gesture.agent.name, "gift": gesture.gift.name, "amount": amount}
        url = f"{settings.BASE_URL}{reverse('goodwill:asked', args=[gesture.pk])}"
        sheet = Sheet(buttons=[Button(label=_("Answer"), url=url)])
        house = House(name=policy("company.name"))
        page = letter_html(
            sheet=sheet, words=text, house=house, pictures=Pictures(), subject=subject, language=lead.language
        )
        plain = letter_text(sheet=sheet, words=text, house=house)
    mail = EmailMultiAlternatives(subject, plain, to=[lead.email])
    mail.attach_alternative(page, "text/html")
    mail.send()
