"""Saying yes and no in a case, and taking back what was given by mistake."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.cases.closing import Happened, closed, closing_for
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.foundation.actors import Actor, may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.goodwill.actions import Wish, ask_lead, give, reverse_gesture, say_no
from otklik.goodwill.figures import Line, rule_so_far
from otklik.goodwill.forms import GiveForm, RefuseForm, ReverseForm
from otklik.goodwill.labels import NOT_TIED
from otklik.goodwill.models import Gift, Rule, Situation
from otklik.goodwill.queries import (
    Allowance,
    Purse,
    gesture_by_id,
    gifts_for,
    gifts_in,
    left_of_agent,
    purse_of,
    situations_for,
    usual_answer_by,
    usual_told,
)
from otklik.team.queries import leads_of

_LOOKS_BACK = timedelta(days=90)
_MOST_SITUATIONS = 8
_ABOVE = frozenset({"limit_exceeded", "needs_a_lead"})


# ── Yes ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Standing:
    """How much the actor can give in a case. ``lead``: the first name of who would be asked, '' for nobody."""

    left: Allowance
    purse: Purse
    is_limited: bool
    lead: str

    def is_above(self, gift: Gift) -> bool:
        """Only with a lead's word; of an open gift that is known when somebody has said how much."""
        is_dear = not gift.is_open and gift.cost > self.left.day
        return self.is_limited and (gift.needs_a_lead or is_dear)


def _standing(case: Case, actor: Actor) -> Standing:
    now = timezone.now()
    leads = [lead for lead in leads_of(case.team) if lead.pk != actor.pk]
    return Standing(
        left=left_of_agent(actor.agent_id, case.team_id, now=now),
        purse=purse_of(case.team_id, now=now),
        is_limited=not may(actor, "goodwill.decide"),
        lead=leads[0].name if leads else "",
    )


@require_http_methods(GET_OR_POST)
@staff("goodwill.give")
def giving(request: HttpRequest, number: int) -> HttpResponse:
    """Choose a gift by a link, the cheapest that fits first; then give it, or ask the lead for it."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    likely, situation = _situations(request, case)
    fitting, others = gifts_in(situation) if situation else gifts_for(case)
    chosen = _chosen(request, [*fitting, *others])
    standing = _standing(case, actor)
    form = None
    if chosen is not None:
        must_ask = standing.is_above(chosen)
        form = GiveForm(request.POST or None, gift=chosen, is_asked=must_ask, initial=_initial(case, chosen, situation))
        if request.method == "POST" and do(
            form, lambda cleaned: _act(request, case, situation, cleaned | {"gift": chosen})
        ):
            is_asked = request.POST.get("do") == "ask"
            told = _("Your lead has been asked. You will know as soon as they answer.") if is_asked else _("Given.")
            return done(request, told, "desk:case", case.pk)
        must_ask = must_ask or form.refused in _ABOVE
        if not (must_ask or (chosen.is_open and standing.is_limited)):
            del form.fields["told"]
    context = {
        "section": "", "case": case, "fitting": [_pick(one, standing) for one in fitting], "chosen": chosen,
        "others": [_pick(one, standing) for one in others], "standing": standing, "form": form, "not_tied": NOT_TIED,
        **likely,
        "must_ask": form is not None and chosen is not None and must_ask,
        "after_day": standing.left.day - chosen.cost if chosen else 0,
        "after_month": standing.left.month - chosen.cost if chosen else 0,
    }  # fmt: skip
    return shown(request, "goodwill/give.html", context)


def _chosen(request: HttpRequest, gifts: list[Gift]) -> Gift | None:
    asked = request.POST.get("gift") or request.GET.get("gift", "")
    return next((one for one in gifts if one.code == asked), gifts[0] if gifts else None)


def _situations(request: HttpRequest, case: Case) -> tuple[dict[str, Any], Situation | None]:
    """What can have happened, what is likely first, or what is looked for; and what was chosen."""
    fitting, others = situations_for(case)
    looked_for = request.GET.get("q", "").strip().lower()
    asked = request.POST.get("situation") or request.GET.get("situation", "")
    chosen = next((one for one in [*fitting, *others] if str(one.pk) == asked), None)
    offered = [one for one in [*fitting, *others] if looked_for in one.name.lower()]
    if chosen is not None and chosen not in offered:
        offered = [chosen, *offered]
    return {
        "situations": offered[:_MOST_SITUATIONS],
        "situation": chosen,
        "has_situations": bool(fitting or others),
        "looked_for": request.GET.get("q", ""),
    }, chosen


def _pick(gift: Gift, standing: Standing) -> dict[str, Any]:
    return {"gift": gift, "is_above": standing.is_above(gift)}


def _initial(case: Case, gift: Gift, situation: Situation | None) -> dict[str, Any]:
    told = usual_told(case, by=usual_answer_by(case, now=timezone.now()))
    words = (situation.words if situation else "") or gift.words
    words = closed(case, words, closing_for(case, now=Happened.GESTURE)) if words else ""
    return {"words": words, "told": told, "key": str(uuid4())}


def _act(request: HttpRequest, case: Case, situation: Situation | None, cleaned: dict[str, Any]) -> None:
    """Gives what the form says, or asks the lead for it."""
    actor = actor_of(request)
    given = {name: cleaned[name] for name in ("gift", "reason", "words", "key")}
    wish = Wish(situation=situation, amount=cleaned.get("amount"), **given)
    if request.POST.get("do") == "ask":
        ask_lead(case=case, wish=wish, actor=actor, told=cleaned.get("told", ""))
    else:
        give(case=case, wish=wish, actor=actor)


@require_http_methods(GET_OR_POST)
@staff("goodwill.give")
def reversing(request: HttpRequest, pk: int) -> HttpResponse:
    """A mistake is taken back by an entry of its own, with a reason."""
    actor = actor_of(request)
    gesture = gesture_by_id(pk, actor=actor)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and do(
        form, lambda cleaned: reverse_gesture(gesture=gesture, reason=cleaned["reason"], actor=actor)
    ):
        return done(request, _("Taken back. The ledger keeps both entries."), "goodwill:ledger")
    return shown(request, "goodwill/reverse.html", {"section": "goodwill", "gesture": gesture, "form": form})


# ── No ────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("goodwill.refuse")
def refusing(request: HttpRequest, number: int) -> HttpResponse:
    """Choose the rule by a link and see what it has cost; then say no kindly, with what we can do instead."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    rules = list(Rule.objects.filter(is_active=True).order_by(ByName()))
    asked = request.POST.get("rule") or request.GET.get("rule", "")
    chosen = next((one for one in rules if one.code == asked), rules[0] if rules else None)
    form = None
    if chosen is not None:
        form = RefuseForm(request.POST or None, initial={"reason": chosen.words, "is_told": True})
        if request.method == "POST" and do(form, lambda cleaned: _say_no(case, chosen, actor, cleaned)):
            return done(request, _("Recorded. The case stays open."), "desk:case", case.pk)
    so_far = rule_so_far(since=timezone.now() - _LOOKS_BACK)
    context = {
        "section": "", "case": case, "chosen": chosen, "form": form,
        "rules": [{"rule": one, "line": so_far.get(one.pk, _nothing(one))} for one in rules],
    }  # fmt: skip
    return shown(request, "goodwill/refuse.html", context)


def _nothing(rule: Rule) -> Line:
    return Line(key=rule.pk, name=rule.name, times=0, amount=0, said=0, satisfied=0)


def _say_no(case: Case, rule: Rule, actor: Actor, cleaned: dict[str, Any]) -> None:
    words = cleaned["reason"] if cleaned["is_told"] else ""
    say_no(case=case, rule=rule, reason=cleaned["reason"], words=words, instead=cleaned["instead"], actor=actor)
