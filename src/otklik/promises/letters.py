"""What is written for promises: to colleagues before one breaks, and the words that an owner begins an apology with."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.labels import promise_words
from otklik.cases.models import Case
from otklik.cases.queries import PromiseKind
from otklik.cases.zones import moment_words
from otklik.foundation.policies import policy
from otklik.foundation.text.mail_text import mail_text
from otklik.foundation.zones import zone_named
from otklik.promises.models import Broken, Notice
from otklik.team.queries import team_by_id
from otklik.ui.letters import Button, House, Pictures, Sheet, letter_html, letter_text
from otklik.ui.words import when


def send_notice(row: Notice) -> None:
    """The letter to a colleague that a promise is about to break, in their language and by the clock of the team."""
    case, agent = row.case, row.agent
    zone = zone_named(team_by_id(case.team_id).working_time.time_zone)
    with translation.override(agent.language), timezone.override(zone):
        values: dict[str, object] = {
            "promise": promise_words(row.kind),
            "moment": when(row.due_at, now=timezone.now()),
            "number": case.pk,
        }
        words = mail_text(
            "promises/mail/at_risk.txt", agent=agent, case=case, title=case.title, step=row.step, **values
        )
        subject = _("%(promise)s is promised: %(moment)s, case %(number)d") % values
        url = f"{settings.BASE_URL}{reverse('desk:case', args=[case.pk])}"
        sheet = Sheet(buttons=[Button(label=_("Open the case"), url=url)])
        house = House(name=policy("company.name"))
        plain = letter_text(sheet=sheet, words=words, house=house)
        page = letter_html(
            sheet=sheet, words=words, house=house, pictures=Pictures(), subject=subject, language=agent.language
        )
    mail = EmailMultiAlternatives(subject, plain, to=[agent.email])
    mail.attach_alternative(page, "text/html")
    mail.send()


# ── The beginning of an apology ───────────────────────────────────────────────────────────
def apology_for(row: Broken, case: Case) -> str:
    """What its owner begins with, in the customer's language: what was promised and did not come, without excuses."""
    with translation.override(case.customer.language):
        promised = _SENTENCES[PromiseKind(row.kind)]() % {"moment": moment_words(case, row.due_at)}
        sorry = _("The fault is ours, and you waited in vain. Please forgive us.")
        goes_on = _("I have your case in front of me now and will stay with it.")
        return f"{promised} {sorry}\n\n{goes_on}"


_SENTENCES = {
    PromiseKind.FIRST_ANSWER: lambda: _("We promised you an answer by %(moment)s, and it did not come in time."),
    PromiseKind.NEXT_WORD: lambda: _("We promised you a word by %(moment)s, and it did not come in time."),
    PromiseKind.SOLUTION: lambda: _("We promised you a solution by %(moment)s, and it is not there in time."),
    PromiseKind.CALL_BACK: lambda: _("We promised to call you at %(moment)s and did not."),
    PromiseKind.VISIT: lambda: _("We promised to come to you at %(moment)s and did not."),
}


def thanks_for(case: Case) -> str:
    """A line for the closing answer when a promise was late, in the customer's language."""
    with translation.override(case.customer.language):
        return _("Thank you for waiting: we were later than promised, and you were patient with us.")
