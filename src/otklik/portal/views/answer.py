"""The customer's word. Opening the page changes nothing: only pressing the button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.cases.zones import zone_of, zone_words
from otklik.portal.forms.asking import AnswerForm
from otklik.portal.queries import face, said_last
from otklik.portal.views.pages import WRONG, page, private
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from otklik.voice.queries import invitation_by_token, latest_invitation


@require_http_methods(["GET", "HEAD", "POST"])
@private
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question of the current attempt, whichever letter the link came from."""
    invitation = latest_invitation(invitation_by_token(token))
    if request.method != "POST":
        chosen = {"solved": request.GET["solved"]} if "solved" in request.GET else {}
        return _show(request, AnswerForm(initial={**said_last(invitation), **chosen}), invitation)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, form, invitation, status=WRONG)
    record_answer(
        invitation=invitation,
        is_solved=form.cleaned_data["solved"] == "yes",
        satisfaction=form.cleaned_data["satisfaction"],
        ease=form.cleaned_data["ease"],
        explained_twice=form.cleaned_data["explained_twice"],
        words=form.cleaned_data["words"],
    )
    return redirect("portal:thanks", token=token)


def _show(request: HttpRequest, form: AnswerForm, invitation: Invitation, *, status: int = 200) -> HttpResponse:
    context = {"form": form, **_about(invitation)}
    return page(request, "portal/answer.html", context, status=status, zone=zone_of(invitation.case))


def _about(invitation: Invitation) -> dict[str, object]:
    case = invitation.case
    return {
        "case": case,
        "owner": face(case.owner),
        "link": case_link(case),
        "is_satisfied": case.state == Case.State.SATISFIED,
        "is_put_aside": case.state == Case.State.SPAM,
        "said": invitation.answers.order_by("-id").first(),
        "zone": zone_words(case, at=case.due_at or timezone.now()),
    }


@require_safe
@private
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, and by whom."""
    invitation = latest_invitation(invitation_by_token(token))
    context = {"token": token, **_about(invitation)}
    return page(request, "portal/thanks.html", context, zone=zone_of(invitation.case))
