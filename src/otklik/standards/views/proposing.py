"""Proposals to change standards: which there are, and what becomes of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import do, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.standards import queries
from otklik.standards.actions import decline_proposal, propose_change, take_proposal
from otklik.standards.forms import DeclineForm, ProposeForm
from otklik.standards.models import Proposal
from otklik.standards.views.standards import around

PROPOSALS = Listing(
    template="standards/proposals.html",
    columns=(  # by its key
        Column(name="came", label=gettext_lazy("Proposed"), by="pk", of=int, falls=True),
    ),
    live="standards.proposals",
)


@require_GET
@staff()
def proposals(request: HttpRequest) -> HttpResponse:
    """Those that wait, ``?which=mine`` one's own, ``?which=all`` all with what became of them."""
    return _page(request)


def _page(request: HttpRequest, **given: Any) -> HttpResponse:
    actor, which = actor_of(request), request.GET.get("which", "")
    rows = queries.proposals()
    if which == "mine":
        rows = rows.filter(author_id=actor.pk)
    elif which != "all":
        rows = rows.filter(state=Proposal.State.OPEN)
    page = PROPOSALS.page(request, rows)
    page["rows"] = [
        {
            "proposal": row,
            "may_decide": row.state == Proposal.State.OPEN and queries.may_write(actor, row.standard),
        }
        for row in page["rows"]
    ]
    form = {"decline_form": DeclineForm()} | given
    return shown(request, PROPOSALS.template, {"section": "standards", "which": which, **page, **form})


@require_POST
@staff()
def propose(request: HttpRequest, standard_id: int) -> HttpResponse:
    """From the page of a standard."""
    row, form = queries.standard_by_id(standard_id), ProposeForm(request.POST)
    actor = actor_of(request)
    if do(form, lambda typed: propose_change(standard=row, words=typed["words"], actor=actor)):
        return done(
            request, _("Thank you. Whoever looks after the standard will read it and answer you."), _STANDARD, row.pk
        )
    context = {**around(request, row, "read"), "form": form}
    return shown(request, "standards/propose.html", context)


_STANDARD, _LIST = "standards:standard", "standards:proposals"


@require_POST
@staff()
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """``do``: take or decline, the latter with ``because``."""
    row, actor = queries.proposal_by_id(proposal_id), actor_of(request)
    if request.POST.get("do") != "take":
        form = DeclineForm(request.POST)
        if do(form, lambda typed: decline_proposal(proposal=row, actor=actor, **typed)):
            return done(request, _("Its author reads your reason."), _LIST)
        return _page(request, form=form, decline_form=form, declining=row.pk)
    try:
        take_proposal(proposal=row, actor=actor)
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return sorry(request, refusal, _LIST)
    done(request, _("It is shown beside the draft now; its author is told."), _LIST)
    return redirect("standards:edit", row.standard_id)
