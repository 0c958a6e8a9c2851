"""A low score is a call for help: the same case, the same owner, and the lead at once."""

from datetime import timedelta
from typing import Final

from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.cases.actions import alert, bring_back, open_for_customer
from otklik.cases.models import Case
from otklik.cases.queries import conversation_to_answer, where_it_went
from otklik.customers.models import Customer
from otklik.customers.queries import email_of
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import hear_on_page
from otklik.surveys.definition import Definition, Question, said
from otklik.surveys.events import LowScoreGiven
from otklik.surveys.models import Answer, Invitation, Names, Sitting
from otklik.team.queries import leads_of

LOW_SCORE: Final = "surveys.low_score"
CHANNEL: Final = "survey"
_STILL_THE_SAME: Final = timedelta(days=30)
"""How long after its last word a case is still what a person talks of who was not asked about any."""


@in_one
def answer_low_score(*, sitting: Sitting, survey: Definition) -> Case | None:
    """Open a case for a low score of somebody whose name is known, or bring theirs back to its owner; once a sitting.

    It is the case that caused the question; else the last one in which a word was said within thirty days, else a new
    one. What they answered stands in it as their word, their own words as soon as they have finished. None where there
    is nothing to do, and always for answers without a name.
    """
    if sitting.names != Names.IDENTIFIED or sitting.customer_id is None or sitting.is_trial:
        return None
    if sitting.case_id is not None:
        return _pass_words_on(sitting, survey)
    low = _low(sitting, survey)
    customer = _person(sitting) if low else None
    if customer is None:
        return None
    actor = Actor(kind=ActorKind.CUSTOMER, pk=customer.pk)
    known = _known(sitting, customer)
    with translation.override(_language(customer, survey)):
        text = "\n".join(_line(*one) for one in low)
        if sitting.is_finished:
            text = "\n\n".join([text, *_words(sitting, survey)])
        case = _returned(known, text, actor) if known else _new(survey, text, customer, actor)
    if case.state == Case.State.SPAM:
        return None
    Sitting.objects.filter(pk=sitting.pk).update(case=case)
    sitting.case_id = case.pk
    for agent in (*leads_of(case.team), case.owner):
        alert(agent=agent, case=case, reason=LOW_SCORE, source=f"sitting-{sitting.pk.hex}")
    first, number = low[0]
    happened = LowScoreGiven(
        case_id=case.pk, customer_id=customer.pk, survey_id=sitting.version.survey_id,
        score=f"{number}/{first.range[1]}",
    )  # fmt: skip
    announce(happened, actor=actor)
    return case


def _person(sitting: Sitting) -> Customer | None:
    """Under the record in which they live on; None for somebody who was erased."""
    customer = Customer.objects.select_related("merged_into").get(pk=sitting.customer_id or 0)
    customer = customer.merged_into or customer
    return customer if customer.erased_at is None else None


def _language(customer: Customer, survey: Definition) -> str:
    return customer.language if customer.language in survey.languages else survey.languages[0]


def _line(question: Question, number: int) -> str:
    values = {"question": said(question.text, get_language() or "ru"), "number": number, "most": question.range[1]}
    return _("%(question)s %(number)d of %(most)d") % values


def _words(sitting: Sitting, survey: Definition) -> list[str]:
    rows = Answer.objects.filter(sitting=sitting).exclude(words="").order_by("id")
    asked = {one.key: said(one.text, get_language() or "ru") for one in survey.questions}
    return [f"{asked.get(row.question, '')}\n{row.words}".strip() for row in rows]


def _pass_words_on(sitting: Sitting, survey: Definition) -> Case | None:
    """What they said after the score that has called us, once they have finished."""
    case = Case.objects.select_related("customer").defer("search").get(pk=sitting.case_id or 0)
    with translation.override(_language(case.customer, survey)):
        words = _words(sitting, survey) if sitting.is_finished else []
    if words and case.state != Case.State.SPAM:
        case = Case.objects.select_related("customer").defer("search").get(pk=where_it_went(case))
        hear_on_page(conversation=conversation_to_answer(case), text="\n\n".join(words))
    return case


def _low(sitting: Sitting, survey: Definition) -> list[tuple[Question, int]]:
    wanted = {one.key: one for one in survey.questions if one.low_score is not None}
    rows = Answer.objects.filter(sitting=sitting, question__in=wanted, number__isnull=False).order_by("id")
    given = [(wanted[row.question], int(row.number or 0)) for row in rows]
    return [(one, number) for one, number in given if number <= (one.low_score or 0)]


def _known(sitting: Sitting, customer: Customer) -> Case | None:
    caused = Invitation.objects.filter(sittings=sitting, case__customer=customer).first()
    if caused is not None and caused.case_id is not None:
        return Case.objects.defer("search").get(pk=caused.case_id)
    rows = Case.objects.filter(customer=customer, last_word_at__gt=timezone.now() - _STILL_THE_SAME)
    rows = rows.exclude(state=Case.State.SPAM).exclude(custom__has_key="merged_into").defer("search")
    return rows.order_by("-last_word_at", "-id").first()


def _returned(known: Case, text: str, actor: Actor) -> Case:
    case = bring_back(case=known, actor=actor, reason="low_survey")
    if case.state != Case.State.SPAM:
        hear_on_page(conversation=conversation_to_answer(case), text=text)
    return case


def _new(survey: Definition, text: str, customer: Customer, actor: Actor) -> Case:
    case, _message = open_for_customer(
        customer=customer,
        subject=_("A low score: %(title)s") % {"title": said(survey.title, get_language() or "ru")},
        text=text,
        actor=actor,
        address=email_of(customer),
        channel=CHANNEL,
    )
    return case
