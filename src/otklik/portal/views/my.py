"""My cases: proved by a one-time code, without an account and apart from the staff's log-in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from otklik.customers.actions import CODE_LIVES, check_code
from otklik.foundation.errors import Refusal
from otklik.foundation.limits import TooOften, client_address
from otklik.foundation.signing import seal, unseal
from otklik.portal.actions import ask_for_code, count_try
from otklik.portal.forms import CodeForm, EmailForm
from otklik.portal.queries import SESSION_LIVES, Mine, my_cases, sign_in_word, signed_in
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often

SESSION, ASKED = "otk_my", "otk_code"


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
        ask_for_code(email=email, network=client_address(request))
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        return too_often(_ask(request, form, status=TOO_MANY), refusal)
    answer = redirect("portal:code")
    _set_cookie(answer, ASKED, seal("asked", email), 2 * int(CODE_LIVES.total_seconds()))
    return answer


def _ask(request: HttpRequest, form: EmailForm, *, status: int = 200) -> HttpResponse:
    return page(request, "portal/my_email.html", {"form": form, "here": "my"}, status=status)


def _cases(request: HttpRequest, mine: Mine) -> HttpResponse:
    cases = my_cases(mine.customer, after=request.GET.get("after", ""))
    return page(request, "portal/my_cases.html", {"cases": cases, "mine": mine, "here": "my"})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def code(request: HttpRequest) -> HttpResponse:
    try:
        email = unseal("asked", request.COOKIES.get(ASKED, ""), max_age=2 * CODE_LIVES)
    except Refusal:
        return redirect("portal:my")
    if request.method != "POST":
        return _ask_code(request, CodeForm(), email)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, email, status=WRONG)
    try:
        count_try(network=client_address(request))
        customer = check_code(email=email, code=form.cleaned_data["code"])
    except TooOften as refusal:
        form.add_error("code", refusal.text)
        return too_often(_ask_code(request, form, email, status=TOO_MANY), refusal)
    except Refusal as refusal:
        form.add_error("code", refusal.text)
        return _ask_code(request, form, email, status=WRONG)
    answer = redirect("portal:my")
    answer.delete_cookie(ASKED, samesite="Lax")
    _set_cookie(answer, SESSION, sign_in_word(customer, email), int(SESSION_LIVES.total_seconds()))
    return answer


def _ask_code(request: HttpRequest, form: CodeForm, email: str, *, status: int = 200) -> HttpResponse:
    return page(request, "portal/my_code.html", {"form": form, "email": email, "here": "my"}, status=status)


def _set_cookie(answer: HttpResponse, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


@require_POST
@private
def out(request: HttpRequest) -> HttpResponse:
    answer = redirect("portal:home")
    answer.delete_cookie(SESSION, samesite="Lax")
    return answer
