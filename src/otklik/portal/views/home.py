"""The start page: real people, real ways to reach them, real figures or none."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.portal.queries import duty, figures, first_answer_by, mail_address, zone_words
from otklik.portal.views.pages import page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "here": "home",
        "duty": duty(),
        "figures": figures(),
        "promised": first_answer_by(),
        "zone": zone_words(None),
        "mail": mail_address(),
    }
    return page(request, "portal/home.html", context)


@require_safe
def how_we_count(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/how_we_count.html", {"figures": figures()})
