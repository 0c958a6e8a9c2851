"""Kind words on the desk, and whom to thank: one person at a time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.actors import may
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.suggestions import actions, letters, queries
from otklik.suggestions.forms import PraiseForm, ThankForm
from otklik.suggestions.labels import REASONS
from otklik.suggestions.queries import debt_of, debts, praise_by_id

PRAISES = Listing(
    template="suggestions/praises.html",
    order="the newest first: kind words are answered while they are warm",
    still="an alert tells of new ones at once",
)
WHOM = Listing(
    template="suggestions/whom.html",
    order="the latest reason first, and at most fifty of them",
    still="it is worked through by one person at a time",
)


@require_GET
@staff("suggestions.see")
def praises(request: HttpRequest) -> HttpResponse:
    """What customers thanked for, in cases in sight; ``?mine``: whom they praise is me."""
    actor = actor_of(request)
    rows = queries.praises(actor)
    is_mine = "mine" in request.GET
    page = PRAISES.page(request, rows.filter(agent_id=actor.pk) if is_mine else rows)
    context = {**page, "is_mine": is_mine, "is_narrowed": is_mine, "may_decide": may(actor, "suggestions.decide")}
    return shown(request, PRAISES.template, {"section": "thanks", **context})


@require_GET
@staff("suggestions.write")
def whom(request: HttpRequest) -> HttpResponse:
    """Customers with a reason to thank them."""
    rows = [{"debt": one, "reason": REASONS[one.reason]} for one in debts(actor_of(request), timezone.now())]
    context = {"rows": rows, "next": None, "order": None, "live": ""}
    return shown(request, WHOM.template, {"section": "thanks", **context})


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def thank(request: HttpRequest, reason: str, source: int, number: int) -> HttpResponse:
    """A prepared word that the agent makes their own; it leaves as an answer in the customer's case."""
    actor = actor_of(request)
    debt = debt_of(actor, timezone.now(), reason=reason, source=source, case=number)
    with translation.override(debt.case.customer.language):
        words = letters.prepared_thanks(debt)
    form = ThankForm(request.POST or None, initial={"words": words})

    def act(typed: dict[str, Any]) -> None:
        actions.thank(debt=debt, words=typed["words"], actor=actor)

    if form.is_bound and do(form, act):
        return done(request, _("Your thanks are on their way."), "suggestions:whom")
    context = {"section": "thanks", "debt": debt, "reason": REASONS[debt.reason], "form": form}
    return shown(request, "suggestions/thank.html", context)


@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The words for the portal, approved by pressing; only with the customer's consent."""
    actor = actor_of(request)
    praise = praise_by_id(pk, actor=actor)
    form = PraiseForm(request.POST or None, initial={"words": praise.shown_words or praise.words})

    def act(typed: dict[str, Any]) -> None:
        actions.show_praise(praise=praise, words=typed["words"], actor=actor)

    if form.is_bound and do(form, act):
        return done(request, _("Customers read it now."), "suggestions:thanks")
    return shown(request, "suggestions/praise_show.html", {"section": "thanks", "praise": praise, "form": form})


@require_POST
@staff("suggestions.decide")
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    actions.hide_praise(praise=praise_by_id(pk, actor=actor), actor=actor)
    return done(request, _("Customers no longer read it."), "suggestions:thanks")
