"""My cases: proved by a one-time code, without an account and apart from the staff's log-in."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from otklik.customers.actions import CODE_LIVES, check_code, end_sign_in, write_wishes
from otklik.customers.manner import changes_of, in_one_line
from otklik.customers.queries import newest_wishes, wishes_written
from otklik.customers.wished import initial_wishes
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.foundation.http.limits import TooOften, client_address
from otklik.foundation.signing import seal, short_mark, unseal
from otklik.portal.actions import ask_for_code, count_try
from otklik.portal.forms.asking import CodeForm, EmailForm
from otklik.portal.forms.served import ServedForm
from otklik.portal.ideas import fates_of
from otklik.portal.queries import SESSION_LIVES, Mine, mark_of, my_cases, sign_in_word, signed_in, zone_for
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often

SESSION, ASKED, KNOWN = "otk_my", "otk_code", "otk_known"
_KNOWN_FOR = timedelta(days=180)
_SOME_FATES = 5


@require_http_methods(["GET", "HEAD", "POST"])
@private
def my(request: HttpRequest) -> HttpResponse:
    """Their cases, or the question for an address. The answer is the same whether we know the address or not."""
    mine = signed_in(request)
    if request.method != "POST":
        return _cases(request, mine) if mine else _ask(request, EmailForm())
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=WRONG)
    email = form.cleaned_data["email"].lower()
    try:
        proof_id = ask_for_code(email=email, network=client_address(request), browser=_known_as(request, email))
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        return too_often(_ask(request, form, status=TOO_MANY), refusal)
    answer = redirect("portal:code")
    _set_cookie(answer, ASKED, seal("asked", [email, proof_id]), 2 * int(CODE_LIVES.total_seconds()))
    return answer


def _ask(request: HttpRequest, form: EmailForm, *, status: int = 200) -> HttpResponse:
    return page(request, "portal/my_email.html", {"form": form, "here": "my"}, status=status)


def _cases(request: HttpRequest, mine: Mine) -> HttpResponse:
    cases = my_cases(mine.customer, after=request.GET.get("after", ""))
    zone, words = zone_for(mine.customer)
    wishes = newest_wishes(mine.customer.pk)
    context = {"cases": cases, "mine": mine, "here": "my", "zone": words, "wishes": wishes}
    context["fates"] = fates_of(mine.customer, most=_SOME_FATES)
    context["likes"] = in_one_line(wishes) if wishes else []
    return page(request, "portal/my_cases.html", context, zone=zone)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def served(request: HttpRequest) -> HttpResponse:
    """How they like to be served: all that we have written of it, theirs to change."""
    mine = signed_in(request)
    if mine is None:
        return redirect("portal:my")
    written = wishes_written(mine.customer.pk)
    held = written[-1] if written else None
    form = ServedForm(request.POST or None, initial=initial_wishes(held))
    if request.method == "POST" and form.is_valid():
        actor = Actor(kind=ActorKind.CUSTOMER, pk=mine.customer.pk)
        try:
            write_wishes(customer=mine.customer, actor=actor, wished=form.wished(), was=form.cleaned_data["was"])
        except Refusal as refusal:
            form.refuse(refusal)
            if refusal.code in CONFLICTS:
                form.has_seen(held)
        else:
            return redirect("portal:my")
    zone, _words = zone_for(mine.customer)
    context = {"form": form, "mine": mine, "here": "my", "changes": changes_of(written)}
    status = WRONG if form.is_bound else 200
    return page(request, "portal/my_served.html", context, zone=zone, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def code(request: HttpRequest) -> HttpResponse:
    try:
        email, proof_id = unseal("asked", request.COOKIES.get(ASKED, ""), max_age=2 * CODE_LIVES)
    except (Refusal, ValueError):  # none, too old, or by an earlier version
        return redirect("portal:my")
    if request.method != "POST":
        return _ask_code(request, CodeForm(), email)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, email, status=WRONG)
    try:
        count_try(network=client_address(request))
        customer = check_code(email=email, code=form.cleaned_data["code"], proof_id=proof_id)
    except TooOften as refusal:
        form.add_error("code", refusal.text)
        return too_often(_ask_code(request, form, email, status=TOO_MANY), refusal)
    except Refusal as refusal:
        form.add_error("code", refusal.text)
        return _ask_code(request, form, email, status=WRONG)
    answer = redirect("portal:my")
    answer.delete_cookie(ASKED, samesite="Lax")
    _set_cookie(answer, SESSION, sign_in_word(customer, email), int(SESSION_LIVES.total_seconds()))
    _set_cookie(answer, KNOWN, seal("known", [_shadow(email), secrets.token_hex(8)]), int(_KNOWN_FOR.total_seconds()))
    return answer


def _known_as(request: HttpRequest, email: str) -> str:
    """The mark of this browser if the address was proved in it before, else ''."""
    try:
        shadow, mark = unseal("known", request.COOKIES.get(KNOWN, ""), max_age=_KNOWN_FOR)
    except (Refusal, ValueError):
        return ""
    return str(mark) if shadow == _shadow(email) else ""


def _shadow(email: str) -> str:
    """Whose browser it is, told to nobody who looks into its cookies."""
    return short_mark("known", email)


def _ask_code(request: HttpRequest, form: CodeForm, email: str, *, status: int = 200) -> HttpResponse:
    return page(request, "portal/my_code.html", {"form": form, "email": email, "here": "my"}, status=status)


def _set_cookie(answer: HttpResponse, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


@require_POST
@private
def out(request: HttpRequest) -> HttpResponse:
    if mark := mark_of(request):
        end_sign_in(mark=mark)
    answer = redirect("portal:home")
    answer.delete_cookie(SESSION, samesite="Lax")
    return answer
