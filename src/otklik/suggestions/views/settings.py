"""Whether the board is open."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import staff
from otklik.suggestions.forms import BoardForm


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def settings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, BoardForm, "suggestions:settings", _("Suggestions"))
