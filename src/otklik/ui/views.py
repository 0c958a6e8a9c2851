"""The living style page, and the theme for readers without scripts."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from otklik.ui.showcase import showcase

THEME_COOKIE = "otk_theme"
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
    themes = [request.GET["theme"]] if request.GET.get("theme") in {"light", "dark"} else ["light", "dark"]
    language = request.GET.get("lang", "")
    with translation.override(language if language in {"ru", "en"} else translation.get_language()):
        page_theme = themes[0] if len(themes) == 1 else ""
        return render(request, "ui/style.html", {**showcase(themes), "page_theme": page_theme})
