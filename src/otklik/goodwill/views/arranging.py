"""What leads arrange: gifts, rules of "no", limits of agents and budgets of teams, and the rules of the house."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import NAME, Row, form_page, list_page, one, policy_page, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.goodwill.actions import set_budget, set_gift, set_limit, set_rule, set_situation
from otklik.goodwill.forms import BudgetForm, GiftForm, GoodwillForm, LimitForm, RuleForm, SituationForm
from otklik.goodwill.labels import GIFT_KINDS
from otklik.goodwill.models import Budget, Gift, Limit, Rule, Situation
from otklik.goodwill.money import money
from otklik.goodwill.queries import agents_of, allowances, purse_of, teams_of
from otklik.team.models import Agent, Team

_PRICE = Column(name="price", label=gettext_lazy("Price"))
_REVIEW = Column(name="review", label=gettext_lazy("Review on"))


# ── Gifts and rules ───────────────────────────────────────────────────────────────────────
@require_GET
@staff("goodwill.edit")
def gifts(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("goodwill:gift-edit", args=[row.pk]),
            about=", ".join([price(row), str(GIFT_KINDS[row.kind]), *row.tags]),
            badge="" if row.is_active else _("Switched off"),
            is_off=not row.is_active,
            by={"price": row.cost},
        )
        for row in Gift.objects.order_by("name")
    ]
    about = _("What may be given. What fits a case is offered first beside it, the cheaper before the dearer.")
    new = reverse("goodwill:gift-new")
    return list_page(request, "goodwill:gifts", _("Gifts"), rows, (_PRICE, NAME), new=new, about=about)


def price(gift: Gift) -> str:
    return _("up to %(most)s") % {"most": money(gift.cost)} if gift.is_open else money(gift.cost)


@require_http_methods(GET_OR_POST)
@staff("goodwill.edit")
def gift(request: HttpRequest, gift_id: int | None = None) -> HttpResponse:
    row = one(Gift, gift_id)
    initial = {name: getattr(row, name) for name in GiftForm.base_fields} if row else {"is_active": True}
    form = GiftForm(request.POST or None, initial=initial)

    def act(cleaned: dict[str, Any]) -> None:
        set_gift(gift=row, actor=actor_of(request), values=cleaned)

    return form_page(request, form, "goodwill:gifts", row.name if row else _("New gift"), act)


@require_GET
@staff("goodwill.edit")
def situations(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("goodwill:situation-edit", args=[row.pk]),
            about=", ".join(f"{one.name} ({price(one)})" for one in sorted(row.gifts.all(), key=_dearness)),
            badge="" if row.is_active else _("Switched off"),
            is_off=not row.is_active,
            by={"price": min((one.cost for one in row.gifts.all()), default=None)},
        )
        for row in Situation.objects.prefetch_related("gifts").order_by(ByName())
    ]
    about = _("What happens to customers and what helps then: the cheaper first, with the words that go with it.")
    new = reverse("goodwill:situation-new")
    return list_page(request, "goodwill:situations", _("Situations"), rows, (NAME, _PRICE), new=new, about=about)


def _dearness(gift: Gift) -> tuple[int, str]:
    return gift.cost, gift.name


@require_http_methods(GET_OR_POST)
@staff("goodwill.edit")
def situation(request: HttpRequest, situation_id: int | None = None) -> HttpResponse:
    row = one(Situation, situation_id)
    initial: dict[str, Any] = {"is_active": True}
    if row is not None:
        initial = {name: getattr(row, name) for name in SituationForm.base_fields} | {"gifts": list(row.gifts.all())}
    form = SituationForm(request.POST or None, initial=initial)

    def act(cleaned: dict[str, Any]) -> None:
        set_situation(situation=row, actor=actor_of(request), values=cleaned)

    return form_page(request, form, "goodwill:situations", row.name if row else _("New situation"), act)


@require_GET
@staff("goodwill.edit")
def rules(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("goodwill:rule-edit", args=[row.pk]),
            about=row.text,
            badge=_badge(row),
            tone="late" if _is_due(row) else "",
            is_off=not row.is_active,
            by={"review": row.review_at},
        )
        for row in Rule.objects.order_by(ByName())
    ]
    about = _("The rules behind a “no”. What each costs in satisfaction is among the figures of goodwill.")
    new = reverse("goodwill:rule-new")
    return list_page(request, "goodwill:rules", _("Rules of refusals"), rows, (NAME, _REVIEW), new=new, about=about)


def _is_due(rule: Rule) -> bool:
    return rule.is_active and rule.review_at is not None and rule.review_at <= timezone.localdate()


def _badge(rule: Rule) -> str:
    if not rule.is_active:
        return _("Switched off")
    return _("Review due") if _is_due(rule) else ""


@require_http_methods(GET_OR_POST)
@staff("goodwill.edit")
def rule(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    row = one(Rule, rule_id)
    initial: dict[str, Any] = {"is_active": True}
    if row is not None:
        initial = {name: getattr(row, name) for name in RuleForm.base_fields} | {"standard": row.standard_id}
    form = RuleForm(request.POST or None, initial=initial)

    def act(cleaned: dict[str, Any]) -> None:
        set_rule(rule=row, actor=actor_of(request), values=cleaned)

    return form_page(request, form, "goodwill:rules", row.name if row else _("New rule"), act)


# ── Limits and budgets ────────────────────────────────────────────────────────────────────
@require_GET
@staff("goodwill.edit")
def limits(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    teams = [(team, purse_of(team.pk, now=now)) for team in teams_of(actor)]
    context = {"teams": teams, "agents": allowances(actor, now=now)}
    about = _("What a team may give in a month, and how much of it each agent may give without asking.")
    return settings_page(
        request, "goodwill/limits.html", "goodwill:limits", title=_("Limits and budgets"), about=about, **context
    )


@require_http_methods(GET_OR_POST)
@staff("goodwill.edit")
def limit(request: HttpRequest, agent_id: int) -> HttpResponse:
    agent = one(Agent, agents_of(actor_of(request)).filter(pk=agent_id).values_list("pk", flat=True).first() or 0)
    assert agent is not None, "a number was given"
    own = Limit.objects.filter(pk=agent.pk).first()
    form = LimitForm(request.POST or None, initial={"day": own.day, "month": own.month} if own else {})

    def act(cleaned: dict[str, Any]) -> None:
        set_limit(agent=agent, actor=actor_of(request), **cleaned)

    return form_page(request, form, "goodwill:limits", agent.name, act)


@require_http_methods(GET_OR_POST)
@staff("goodwill.edit")
def budget(request: HttpRequest, team_id: int) -> HttpResponse:
    team = one(Team, teams_of(actor_of(request)).filter(pk=team_id).values_list("pk", flat=True).first() or 0)
    assert team is not None, "a number was given"
    known = Budget.objects.filter(pk=team.pk).first()
    form = BudgetForm(request.POST or None, initial={"monthly": known.monthly if known else None})

    def act(cleaned: dict[str, Any]) -> None:
        set_budget(team=team, actor=actor_of(request), **cleaned)

    return form_page(request, form, "goodwill:limits", team.name, act)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def house(request: HttpRequest) -> HttpResponse:
    return policy_page(request, GoodwillForm, "goodwill:house", _("Goodwill"))
