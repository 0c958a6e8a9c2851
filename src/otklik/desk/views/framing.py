"""How a person has the frame around their pages."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from otklik.desk.frame import FOLDED_COOKIE
from otklik.foundation.http.bulk import own_address
from otklik.foundation.http.staff import staff

_YEAR = 365 * 24 * 3600


@require_POST
@staff()
def fold(request: HttpRequest) -> HttpResponse:
    """Fold the rail of this browser, or unfold it, and come back to the page."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", ""), "desk:inbox"))
    is_folded = request.COOKIES.get(FOLDED_COOKIE) == "1"
    response.set_cookie(
        FOLDED_COOKIE,
        "0" if is_folded else "1",
        max_age=_YEAR,
        path=reverse("desk:inbox"),
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
