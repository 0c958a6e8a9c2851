"""Kind words reach whom they praise; and a colleague thanks one customer, in words of their own."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import alert, reply
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor, ActorKind, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.suggestions.actions.record import needed
from otklik.suggestions.events import CustomerThanked, PraiseAllowed, PraiseHeard, PraiseShown
from otklik.suggestions.models import Praise, Thanked
from otklik.suggestions.queries import Debt, praised_in, said_in
from otklik.team.queries import leads_of

PRAISED = "suggestions.praised"


@in_one
def hear_praise(*, case: Case) -> None:
    """Keep the kind words of a case and tell them to whom they praise and to their leads; heard twice they are one."""
    said = said_in(case)
    words = said[-1].text.strip() if said else ""
    agent = praised_in(words, owner=case.owner)
    praise, is_new = Praise.objects.get_or_create(case=case, defaults={"agent": agent, "words": words})
    if not is_new:
        return
    for person in {one.pk: one for one in (agent, *leads_of(case.team))}.values():
        alert(agent=person, case=case, reason=PRAISED, source=str(praise.pk))
    happened = PraiseHeard(case_id=case.pk, customer_id=case.customer_id, agent_id=agent.pk)
    announce(happened, actor=Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id))


@in_one
def allow_praise(*, case: Case, is_allowed: bool) -> None:
    """The customer says whether their words may be shown; a "no" takes them off at once."""
    values: dict[str, object] = {"may_be_shown": is_allowed}
    if not is_allowed:
        values |= {"shown_at": None, "shown_by": None}
    if Praise.objects.filter(case=case).exclude(may_be_shown=is_allowed).update(**values):
        happened = PraiseAllowed(case_id=case.pk, customer_id=case.customer_id, is_allowed=is_allowed)
        announce(happened, actor=Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id))


@in_one
def show_praise(*, praise: Praise, words: str, actor: Actor) -> None:
    """Approve kind words for the portal. Raises ``Refusal('words_missing' | 'consent_missing')``."""
    require(actor, "suggestions.decide")
    words = needed("words_missing", "words", words, _("Write what customers read."))
    values = {"shown_words": words, "shown_by_id": actor.agent_id, "shown_at": timezone.now()}
    if not Praise.objects.filter(pk=praise.pk, may_be_shown=True).update(**values):
        text = _("The customer has not allowed to show these words.")
        raise Refusal("consent_missing", text, fields={"words": text})
    _announce_shown(praise, actor, is_shown=True)


@in_one
def hide_praise(*, praise: Praise, actor: Actor) -> None:
    """Take kind words off the portal."""
    require(actor, "suggestions.decide")
    if Praise.objects.filter(pk=praise.pk, shown_at__isnull=False).update(shown_at=None, shown_by=None):
        _announce_shown(praise, actor, is_shown=False)


def _announce_shown(praise: Praise, actor: Actor, *, is_shown: bool) -> None:
    happened = PraiseShown(case_id=praise.case_id, customer_id=praise.case.customer_id, is_shown=is_shown)
    announce(happened, actor=actor)


@in_one
def thank(*, debt: Debt, words: str, actor: Actor) -> None:
    """Thank one customer in words of one's own, in a case of theirs, as any answer leaves: once for each thing.

    Raises ``Refusal('words_missing' | 'thanked_already')`` and what ``reply`` raises.
    """
    require_case(actor, "suggestions.write", debt.case)
    words = needed("words_missing", "words", words, _("Write a word of thanks."))
    _row, is_new = Thanked.objects.get_or_create(
        customer_id=debt.case.customer_id,
        reason=debt.reason,
        source=debt.source,
        defaults={"case": debt.case, "agent_id": actor.agent_id},
    )
    if not is_new:
        raise Refusal("thanked_already", _("Somebody has thanked them for it already."))
    reply(case=debt.case, actor=actor, text=words)
    happened = CustomerThanked(case_id=debt.case.pk, customer_id=debt.case.customer_id, reason=debt.reason)
    announce(happened, actor=actor)
