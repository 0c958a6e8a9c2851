"""The customer's word. Opening the page changes nothing: only pressing the button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.portal.forms import AnswerForm
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
        return _show(request, AnswerForm(initial=said_last(invitation)), invitation)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, form, invitation, status=WRONG)
    record_answer(
        invitation=invitation,
        is_solved=form.cleaned_data["solved"] == "yes",
        satisfaction=form.cleaned_data["satisfaction"],
        ease=form.cleaned_data["ease"],
        words=form.cleaned_data["words"],
    )
    return redirect("portal:thanks", token=token)


def _show(request: HttpRequest, form: AnswerForm, invitation: Invitation, *, status: int = 200) -> HttpResponse:
    return page(request, "portal/answer.html", {"form": form, **_about(invitation)}, status=status)


def _about(invitation: Invitation) -> dict[str, object]:
    case = invitation.case
    return {
        "case": case,
        "owner": face(case.owner),
        "link": case_link(case),
        "is_satisfied": case.state == Case.State.SATISFIED,
        "said": invitation.answers.order_by("-id").first(),
    }


@require_safe
@private
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, and by whom."""
    invitation = latest_invitation(invitation_by_token(token))
    return page(request, "portal/thanks.html", {"token": token, **_about(invitation)})
