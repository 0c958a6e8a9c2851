"""The customer says on the page of their case whether their kind words may be shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from otklik.cases.queries import case_by_link
from otklik.suggestions.actions import allow_praise


@require_POST
def praised(request: HttpRequest, link: str) -> HttpResponse:
    case, typed_in = case_by_link(link)
    said = request.POST.get("show", "")
    if not typed_in and said in {"yes", "no"}:
        allow_praise(case=case, is_allowed=said == "yes")
    answer = redirect(f"{reverse('portal:case', args=[link])}#panel-kind-words")
    add_never_cache_headers(answer)
    return answer
