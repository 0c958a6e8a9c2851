"""My case: everything said, who accompanies it, what comes next, and room for a further word."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from otklik.cases.models import Case
from otklik.cases.queries import case_by_link
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.limits import TooOften, client_address
from otklik.portal.actions import hear_from_page, keep_uploads
from otklik.portal.forms import ReplyForm
from otklik.portal.queries import case_page, signed_in, zone_of
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often
from otklik.voice.actions import say_it_is_solved


def _opened(request: HttpRequest, link: str) -> tuple[Case, int]:
    """The case and where its asker may look: all of it, once they proved that they read the customer's mail."""
    case, typed_in = case_by_link(link)
    mine = signed_in(request) if typed_in else None
    return case, 0 if mine and mine.customer.pk == case.customer_id else typed_in


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my_case(request: HttpRequest, link: str) -> HttpResponse:
    case, typed_in = _opened(request, link)
    if request.method != "POST":
        return _show(request, link, ReplyForm(), (case, typed_in))
    uploads, refused = keep_uploads(request.FILES.getlist("attachments"), request.POST.getlist("kept"))
    form = ReplyForm(request.POST, uploads=uploads, refused=refused)
    if not form.is_valid():
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
        return too_often(_show(request, link, form, (case, typed_in), status=TOO_MANY), refusal)
    answer = redirect("portal:case", link=link)
    answer["Location"] += f"?sent={message.pk}#m{message.pk}"
    return answer


def _show(
    request: HttpRequest, link: str, form: ReplyForm, opened: tuple[Case, int], *, status: int = 200
) -> HttpResponse:
    case, typed_in = opened
    now: datetime = timezone.now()
    with timezone.override(zone_of(case.customer)):
        context = {**case_page(case, typed_in=typed_in, now=now), "form": form, "link": link, "here": "my"}
        context["is_sent"] = request.GET.get("sent", "").isdecimal()
        context["is_signed_in"] = signed_in(request) is not None
        return page(request, "portal/case.html", context, status=status)


@require_POST
@private
def solved(request: HttpRequest, link: str) -> HttpResponse:
    """«Yes, it is solved», said without being asked; a rating may be added on the next page."""
    case, typed_in = _opened(request, link)
    if typed_in:
        return redirect("portal:case", link=link)
    invitation = say_it_is_solved(case=case, actor=Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id))
    return redirect("portal:thanks", token=invitation.token)
