"""Search over cases, messages and people, and the palette of Ctrl K."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from otklik.desk.shell import staff


@require_GET
@staff()
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@require_GET
@staff()
def palette(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
