"""Buttons without a token: a page that everybody may share cannot carry a secret of one visitor.

The browser itself says which site a form was sent from (``Sec-Fetch-Site``, else ``Origin``); a foreign one is
refused. Whoever sends neither is no browser with somebody's cookies. For deeds that need no log-in; all others keep
Django's token.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from otklik.foundation.errors import Refusal

_OWN = {"same-origin", "none"}


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site's page made the browser send this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OWN
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def own_pages_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorator in place of the token. Raises ``Refusal('not_allowed')`` for a button on another site."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} and is_from_elsewhere(request):
            raise Refusal(
                "not_allowed", _("This was sent from another site. Open our page and press the button there.")
            )
        return view(request, *args, **kwargs)

    return guarded
