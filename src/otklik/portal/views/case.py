"""My case: everything said, who accompanies it, what comes next, and room for a further word."""

import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.cases.models import Case, FormerCustomer
from otklik.cases.queries import case_by_link, conversation_to_answer, former_by_link
from otklik.cases.zones import zone_of
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address
from otklik.foundation.http.panels import customer_panels_of
from otklik.portal.actions import hear_from_page, look_at_uploads
from otklik.portal.forms.asking import ReplyForm
from otklik.portal.queries import Wish, case_page, said_by_former, signed_in, zone_for
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often
from otklik.reach.actions import make_start_link
from otklik.reach.queries import offered_messengers
from otklik.voice.actions import say_it_is_solved

_NUMBER = re.compile("[0-9]{1,17}")


def _opened(request: HttpRequest, link: str) -> tuple[Case, int]:
    """The case and where its asker may look: all of it, once they proved that they read the customer's mail."""
    case, typed_in = case_by_link(link)
    mine = signed_in(request) if typed_in else None
    return case, 0 if mine and mine.customer.pk == case.customer_id else typed_in


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_case(request: HttpRequest, link: str) -> HttpResponse:
    try:
        case, typed_in = _opened(request, link)
    except Refusal as refusal:
        if refusal.code != "link_invalid":
            raise
        return _show_former(request, former_by_link(link))
    if request.method != "POST":
        return _show(request, link, ReplyForm(), (case, typed_in))
    uploads, refused = look_at_uploads(request.FILES.getlist("attachments"), request.POST.getlist("kept"))
    form = ReplyForm(request.POST, uploads=uploads, refused=refused)
    if not form.is_valid():
        form.keep_files(network=client_address(request))
        return _show(request, link, form, (case, typed_in), status=WRONG)
    try:
        message = hear_from_page(
            case=case,
            typed_in=typed_in,
            text=form.cleaned_data["text"],
            uploads=uploads,
            once=form.cleaned_data["once"],
            network=client_address(request),
        )
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        form.drop_new_files()
        return too_often(_show(request, link, form, (case, typed_in), status=TOO_MANY), refusal)
    answer = redirect("portal:case", link=link)
    answer["Location"] += f"?sent={message.pk}#m{message.pk}"
    return answer


def _show(
    request: HttpRequest, link: str, form: ReplyForm, opened: tuple[Case, int], *, status: int = 200
) -> HttpResponse:
    case, typed_in = opened
    now: datetime = timezone.now()
    about = case_page(case, typed_in=typed_in, now=now, wish=_wish(request))
    context = {**about, "form": form, "link": link, "here": "my"}
    context["is_sent"] = request.GET.get("sent", "").isdecimal()
    context["panels"] = [] if typed_in else customer_panels_of(request, case, link)
    context["messengers"] = [] if typed_in else offered_messengers()
    context["is_signed_in"] = signed_in(request) is not None
    return page(request, "portal/case.html", context, status=status, zone=zone_of(case))


def _wish(request: HttpRequest) -> Wish:
    asked = {name: request.GET.get(name, "") for name in ("before", "whole")}
    return Wish(**{name: int(text) for name, text in asked.items() if _NUMBER.fullmatch(text)})


def _show_former(request: HttpRequest, former: FormerCustomer) -> HttpResponse:
    """Whoever had the case before reads what was between them and us; nothing can be sent from here."""
    if request.method == "POST":
        raise Refusal("link_invalid", _("This link no longer leads to a case."))
    zone, words = zone_for(former.customer)
    wish = _wish(request)
    context = {
        "case": former.case,
        "said": said_by_former(former, wish),
        "before": wish.before,
        "here": "my",
        "zone": words,
    }
    return page(request, "portal/former.html", context, zone=zone)


@require_POST
@private
def solved(request: HttpRequest, link: str) -> HttpResponse:
    """«Yes, it is solved», said without being asked; a rating may be added on the next page."""
    case, typed_in = _opened(request, link)
    if typed_in:
        return redirect("portal:case", link=link)
    invitation = say_it_is_solved(case=case, actor=Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id))
    return redirect("portal:thanks", token=invitation.token)


@require_POST
@private
def go_on_elsewhere(request: HttpRequest, link: str, door_id: int) -> HttpResponse:
    """A link into a messenger, good once and for a quarter of an hour: whoever follows it goes on in this case."""
    case, typed_in = _opened(request, link)
    door = next((one for one in offered_messengers() if one.pk == door_id), None)
    if typed_in or door is None:
        return redirect("portal:case", link=link)
    actor = Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)
    leads_to = make_start_link(conversation=conversation_to_answer(case), inbox=door, actor=actor)
    context = {"door": door, "leads_to": leads_to, "link": link, "here": "my"}
    return page(request, "portal/messenger.html", context, zone=zone_of(case))
