"""A person and our asking: when they were asked, when not and why, and that they want to be left in peace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.policies import policy
from otklik.surveys.actions import break_silence, note_opened, stay_silent
from otklik.surveys.asked_words import told_to_them
from otklik.surveys.definition import said
from otklik.surveys.models import Invitation
from otklik.surveys.queries import asked_of, by_link, silences_now, titles_of
from otklik.surveys.views.player import private, sorry


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, link: str) -> HttpResponse:
    """Where the mail program of a person says, at one press, that they want no more such letters (RFC 8058).

    It comes from a server and so without a token against forgery; whoever knows the address has the letter.
    """
    try:
        invitation = by_link(link).invitation
        if invitation is None or request.method != "POST":
            return redirect("survey:survey", link=link)
        stay_silent(invitation=invitation, days=None)
    except Refusal as refusal:
        return sorry(request, refusal)
    return private(render(request, "surveys/quiet.html", {"days": None, "link": link}))


@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, link: str) -> HttpResponse:
    """When we asked this person and when we did not, in plain words; the button lifts a silence of theirs."""
    try:
        invitation = by_link(link).invitation
        if invitation is None:
            return redirect("survey:survey", link=link)
        if request.method == "POST":
            break_silence(invitation=invitation)
            return redirect("survey:asked", link=link)
    except Refusal as refusal:
        return sorry(request, refusal)
    return private(render(request, "surveys/asked.html", _about(invitation, link)))


def _about(invitation: Invitation, link: str) -> dict[str, object]:
    turns = asked_of(invitation.customer_id)
    titles, language = titles_of({one.survey_id for one in turns}), get_language() or "ru"
    return {
        "link": link,
        "rows": [told_to_them(one, said(titles.get(one.survey_id, {}), language)) for one in turns],
        "is_silent": any(one.family == invitation.survey.family for one in silences_now(invitation.customer_id)),
        "days_all": int(policy("surveys.days_between_all")),
        "days_family": int(policy("surveys.days_between_family")),
    }


@require_POST
def seen(_request: HttpRequest, link: str) -> HttpResponse:
    """A browser shows somebody's own page: that counts as opened, a scanner of letters does not."""
    try:
        invitation = by_link(link).invitation
    except Refusal:
        invitation = None
    if invitation is not None:
        note_opened(invitation=invitation)
    return private(HttpResponse(status=204))
