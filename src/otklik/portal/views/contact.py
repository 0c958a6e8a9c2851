"""Writing to a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from otklik.cases.queries import case_by_link
from otklik.foundation.limits import TooOften, client_address
from otklik.portal.actions import keep_uploads, open_from_form
from otklik.portal.forms import KINDS, ContactForm, DataForm, OnceForm
from otklik.portal.queries import first_answer_by, keeper, mail_address, zone_of, zone_words
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The form; what is sent becomes a case with an owner at once."""
    if request.method == "POST":
        uploads, refused = keep_uploads(request.FILES.getlist("attachments"), request.POST.getlist("kept"))
        form = ContactForm(request.POST, uploads=uploads, refused=refused)
        return _open(request, form, "portal/contact.html")
    kind = request.GET.get("kind", "")
    form = ContactForm(initial={"kind": kind} if kind in dict(KINDS) else {})
    return _show(request, form, "portal/contact.html")


@require_http_methods(["GET", "HEAD", "POST"])
def data_request(request: HttpRequest) -> HttpResponse:
    """A request about one's own data is a case like any other: somebody answers for it by name."""
    form = DataForm(request.POST) if request.method == "POST" else DataForm(initial={"wish": request.GET.get("wish")})
    if request.method == "POST":
        return _open(request, form, "portal/data_request.html")
    return _show(request, form, "portal/data_request.html")


def _open(request: HttpRequest, form: OnceForm, template: str) -> HttpResponse:
    if not form.is_valid():
        return _show(request, form, template, status=WRONG)
    try:
        link = open_from_form(
            matter=form.matter(),
            uploads=form.uploads,
            once=form.cleaned_data["once"],
            network=client_address(request),
        )
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        return too_often(_show(request, form, template, status=TOO_MANY), refusal)
    return redirect("portal:sent", link=link)


def _show(request: HttpRequest, form: OnceForm, template: str, *, status: int = 200) -> HttpResponse:
    context = {
        "here": "contact",
        "form": form,
        "promised": first_answer_by(),
        "zone": zone_words(None),
        "mail": mail_address(),
    }
    return page(request, template, context, status=status)


@require_safe
@private
def sent(request: HttpRequest, link: str) -> HttpResponse:
    """The number, the name and the date; the answer itself comes by letter."""
    case, _typed_in = case_by_link(link)
    with timezone.override(zone_of(case.customer)):
        return page(request, "portal/sent.html", {**keeper(case, now=timezone.now()), "link": link})
