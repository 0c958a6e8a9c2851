"""The living style page, and the theme for readers without scripts."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from otklik.ui.showcase import showcase
from otklik.ui.showcase_kinds import KINDS, STATES, kind_page

THEME_COOKIE = "otk_theme"
THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


@csrf_exempt  # a shared page carries no token; another site could at most turn the light on
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose ``light`` or ``dark`` (without ``theme``: the other one), or ``system``, and come back."""
    chosen = request.POST.get("theme") or ("light" if request.COOKIES.get(THEME_COOKIE) == "dark" else "dark")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    if chosen in {"light", "dark"}:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every part of the design system. ``?theme=light|dark`` shows one theme, ``?lang=ru|en`` sets the language."""
    themes = [request.GET["theme"]] if request.GET.get("theme") in THEMES else list(THEMES)
    with translation.override(_language(request)):
        page_theme = themes[0] if len(themes) == 1 else ""
        return render(request, "ui/style.html", {**showcase(themes), "page_theme": page_theme})


@require_GET
def kind(request: HttpRequest, kind: str, state: str) -> HttpResponse:
    """A page of one of the six kinds, filled with long, empty or broken content; theme and language as above."""
    if kind not in KINDS or state not in STATES:
        raise Http404
    theme = request.GET.get("theme", "")
    with translation.override(language := _language(request)):
        context = kind_page(kind, state, "ru" if language.startswith("ru") else "en")
        return render(request, f"ui/samples/{kind}.html", {**context, "page_theme": theme if theme in THEMES else ""})


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in {"ru", "en"} else translation.get_language() or ""
