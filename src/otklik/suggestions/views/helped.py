"""Whoever was told says whether it helps. Opening the page changes nothing; its button does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from otklik.foundation.errors import Refusal
from otklik.suggestions.actions import say_helped
from otklik.suggestions.queries import voice_by_link


@require_http_methods(["GET", "HEAD", "POST"])
def helped(request: HttpRequest, link: str) -> HttpResponse:
    try:
        voice = voice_by_link(link)
    except Refusal as refusal:
        if refusal.code not in {"link_invalid", "link_expired"}:
            raise
        status = 410 if refusal.code == "link_expired" else 404
        return _private(render(request, "suggestions/no_link.html", {"refusal": refusal}, status=status))
    is_said, said = False, request.POST.get("helped", "")
    if request.method == "POST" and said in {"yes", "no"}:
        say_helped(voice=voice, is_helped=said == "yes", words=request.POST.get("words", "")[:5000])
        voice.refresh_from_db()
        is_said = True
    chosen = request.GET.get("helped", "")
    context = {"voice": voice, "suggestion": voice.suggestion, "is_said": is_said, "chosen": chosen}
    return _private(render(request, "suggestions/helped.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
