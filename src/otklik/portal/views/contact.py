"""Writing to a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from otklik.cases.models import CaseKind
from otklik.cases.queries import case_by_link
from otklik.cases.zones import zone_of
from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address
from otklik.foundation.policies import policy
from otklik.knowledge.visits import trail_of_visit
from otklik.portal.actions import look_at_uploads, open_from_form
from otklik.portal.forms.asking import KINDS, ContactForm, DataForm, OnceForm
from otklik.portal.queries import first_answer, keeper, mail_address, typed_address
from otklik.portal.reading import fitting
from otklik.portal.views.centre import asking_of, question_of
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often
from otklik.portal.visit import visitor_of

_MAY_BE_ANSWERED = {CaseKind.QUESTION, CaseKind.REQUEST}
"""Whoever complains, thanks or has an idea wants a person, not something to read."""

_LONGEST_SUBJECT = 200


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The form; what is sent becomes a case with an owner at once, unless an article may help first."""
    if request.method == "POST":
        uploads, refused = look_at_uploads(request.FILES.getlist("attachments"), request.POST.getlist("kept"))
        form = ContactForm(request.POST, uploads=uploads, refused=refused)
        if request.POST.get("change"):
            form = ContactForm(initial=request.POST.dict(), uploads=[one for one in uploads if one.file_id])
            return _show(request, form, "portal/contact.html")
        return _offer(request, form) or _open(request, form, "portal/contact.html")
    kind = request.GET.get("kind", "")
    initial = {"kind": kind} if kind in dict(KINDS) else {}
    if asked := question_of(request):
        initial["subject" if len(asked) <= _LONGEST_SUBJECT else "text"] = asked
    return _show(request, ContactForm(initial=initial), "portal/contact.html")


def _offer(request: HttpRequest, form: ContactForm) -> HttpResponse | None:
    """Articles that may help before the letter is sent, once and only when the search is sure; else None."""
    if request.POST.get("offered") or not form.is_valid():
        return None
    matter = form.matter()
    if matter.kind not in _MAY_BE_ANSWERED:
        return None
    found = fitting(f"{matter.subject}\n{matter.text}", asking_of(request))
    if not found:
        return None
    form.keep_files(network=client_address(request))
    names = ("once", "text", "subject", "kind", "email", "name", "carry")
    kept = [(name, request.POST[name]) for name in names if name in request.POST]
    kept += [("kept", upload.token) for upload in form.uploads]
    answer = page(request, "portal/offer.html", {"here": "contact", "kept": kept, "fitting": found})
    add_never_cache_headers(answer)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def data_request(request: HttpRequest) -> HttpResponse:
    """A request about one's own data is a case like any other: somebody answers for it by name."""
    form = DataForm(request.POST) if request.method == "POST" else DataForm(initial={"wish": request.GET.get("wish")})
    if request.method == "POST":
        return _open(request, form, "portal/data_request.html")
    return _show(request, form, "portal/data_request.html")


def _open(request: HttpRequest, form: OnceForm, template: str) -> HttpResponse:
    if not form.is_valid():
        form.keep_files(network=client_address(request))
        return _show(request, form, template, status=WRONG)
    try:
        link = open_from_form(
            matter=form.matter(),
            uploads=form.uploads,
            once=form.cleaned_data["once"],
            network=client_address(request),
            visitor=visitor_of(request) if request.POST.get("carry") else "",
        )
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        form.drop_new_files()
        return too_often(_show(request, form, template, status=TOO_MANY), refusal)
    except Refusal as refusal:
        if refusal.code != "nobody_here":  # a house that has just been made: what was written stays
            raise
        form.add_error(None, refusal.text)
        form.keep_files(network=client_address(request))
        return _show(request, form, template, status=WRONG)
    return redirect("portal:sent", link=link)


def _show(request: HttpRequest, form: OnceForm, template: str, *, status: int = 200) -> HttpResponse:
    trail = trail_of_visit(visitor_of(request))
    context = {
        "here": "contact",
        "trail": trail,
        "carries": request.method != "POST" or "carry" in request.POST,
        "form": form,
        **first_answer(),
        "mail": mail_address(),
        "may_be_called": bool(policy("calls.slot_days")),
    }
    answer = page(request, template, context, status=status)
    if trail:
        add_never_cache_headers(answer)
    return answer


@require_safe
@private
def sent(request: HttpRequest, link: str) -> HttpResponse:
    """The number, the name and the date; the answer itself comes by letter."""
    case, typed_in = case_by_link(link)
    context = {"link": link, "address": typed_address(typed_in) if typed_in else ""}
    return page(request, "portal/sent.html", {**keeper(case, now=timezone.now()), **context}, zone=zone_of(case))
