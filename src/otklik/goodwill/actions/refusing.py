"""Saying no: by a rule and with a reason, kindly, and with what we can do instead."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import reply
from otklik.cases.actions.holding import check_no_spam
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.goodwill.actions.giving import check_untied
from otklik.goodwill.events import NoSaid
from otklik.goodwill.models import Gift, Rule, SaidNo


@in_one
def say_no(
    *, case: Case, rule: Rule, reason: str, actor: Actor, words: str = "", instead: Gift | None = None
) -> SaidNo:
    """Write down by which rule and why a customer was told "no"; the case stays as it is, and open.

    ``words``: the letter that says it, '' when it was said another way. ``instead``: what was offered.
    Raises ``Refusal('reason_missing' | 'rule_gone' | 'gift_gone' | 'is_spam')``, and ``'tied_to_a_rating'`` where what
    is offered is spoken of beside a rating.
    """
    require_case(actor, "goodwill.refuse", case)
    check_no_spam(case)
    if not rule.is_active:
        said = _("This rule no longer holds.")
        raise Refusal("rule_gone", said, fields={"rule": said})
    if instead is not None and not instead.is_active:
        said = _("This gift is no longer in the catalogue.")
        raise Refusal("gift_gone", said, fields={"instead": said})
    if instead is not None:
        check_untied(reason=reason, words=words)
    if not reason.strip():
        said = _("Say why, in your own words: a rule alone explains nothing to a customer.")
        raise Refusal("reason_missing", said, fields={"reason": said})
    if words.strip():
        reply(case=case, actor=actor, text=words)
    row = SaidNo.objects.create(
        case=case,
        rule=rule,
        team_id=case.team_id,
        agent_id=actor.agent_id,
        reason=reason.strip(),
        instead=instead,
        told_at=timezone.now() if words.strip() else None,
        at=timezone.now(),
    )
    happened = NoSaid(case_id=case.pk, customer_id=case.customer_id, said_no_id=row.pk, rule_id=rule.pk)
    announce(happened, actor=actor)
    return row
