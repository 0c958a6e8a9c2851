"""The customer's own pages: a complaint is lodged, and its answer accepted or not. Without JavaScript, too."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.cases.models import Case
from otklik.cases.queries import case_by_link
from otklik.cases.zones import zone_of
from otklik.complaints.actions import accept, receive_complaint, refuse
from otklik.complaints.models import Complaint
from otklik.complaints.queries import beside_customer
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import do


class LodgeForm(DeskForm):
    remedy_sought = forms.CharField(
        label=_("What would put it right?"),
        help_text=_("What you would like us to do: your money back, another copy, an apology, a change."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
    )
    happened = forms.CharField(
        label=_("What happened?"),
        help_text=_("You need not repeat what you have written to us already."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=20_000,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, link: str) -> HttpResponse:
    """Turn a case into a formal complaint: what is sought, and what happened."""
    case = _case(link)
    known = beside_customer(case, link)
    if known is None or not known["may_lodge"]:
        return redirect("portal:case", link=link)
    form = LodgeForm(request.POST or None)

    def act(cleaned: dict[str, Any]) -> None:
        receive_complaint(case=case, actor=_actor(case), **cleaned)

    if request.method == "POST" and do(form, act):
        return redirect(f"{_page(link)}#panel-complaint")
    status = 422 if form.is_bound else 200
    with timezone.override(zone_of(case)):
        answer = render(request, "complaints/lodge.html", {"case": case, "link": link, "form": form}, status=status)
    return _private(answer)


@require_POST
def word(request: HttpRequest, link: str) -> HttpResponse:
    """The customer's word about the answer: ``said`` is yes or no, with words if they like."""
    case = _case(link)
    last = Complaint.objects.filter(case=case, customer_id=case.customer_id).order_by("-id").first()
    if last is None:
        raise Refusal("not_found", str(_("This link no longer leads to a complaint.")))
    say = accept if request.POST.get("said") == "yes" else refuse
    say(complaint=last, actor=_actor(case), words=request.POST.get("words", "")[:20_000])
    return redirect(f"{_page(link)}#panel-complaint")


def _case(link: str) -> Case:
    """The case of a link that proves that its owner reads the customer's mail. Raises ``Refusal('link_invalid')``."""
    case, typed_in = case_by_link(link)
    if typed_in:
        raise Refusal("link_invalid", str(_("Open your case from our letter: then we know that it is you.")))
    return case


def _actor(case: Case) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)


def _page(link: str) -> str:
    return redirect("portal:case", link=link)["Location"]


def _private(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
