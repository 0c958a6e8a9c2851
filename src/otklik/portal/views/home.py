"""The start page: real people, real ways to reach them, real figures or none."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.portal.queries import duty, figures, first_answer, mail_address
from otklik.portal.reading import Asking
from otklik.portal.views.centre import asking_of, help_page
from otklik.portal.views.pages import page
from otklik.portal.views.shared import shared

_READ_MOST = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search first, a person one step away; drawn twice a minute for all strangers."""
    asking = asking_of(request)
    return shared(request, lambda: _draw(request, asking), key=("home", asking.language))


def _draw(request: HttpRequest, asking: Asking) -> HttpResponse:
    context = {
        "here": "home",
        "tree": asking.tree,
        "popular": asking.popular[:_READ_MOST],
        "duty": duty(),
        "figures": figures(),
        **first_answer(),
        "mail": mail_address(),
    }
    return help_page(request, "portal/home.html", context)


@require_safe
def how_we_count(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/how_we_count.html", {"figures": figures()})
