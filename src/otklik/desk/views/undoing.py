"""The way back: what was just done to many cases is undone by one press, while its signed address lives."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.cases.actions import tag_case
from otklik.cases.queries import visible_to
from otklik.desk.shell import actor_of, staff
from otklik.foundation.signing import seal, unseal

_UNDOABLE_FOR = timedelta(minutes=15)


def undo_url(what: str, numbers: list[int], tag: str) -> str:
    """Where a POST takes back (``tag`` or ``untag``) what was done to these cases."""
    return reverse("desk:undo", args=[seal("undo", {"what": what, "cases": numbers, "tag": tag})])


@require_POST
@staff()
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back a bulk change. Raises ``Refusal('link_expired')`` after a quarter of an hour."""
    done = unseal("undo", token, max_age=_UNDOABLE_FOR)
    side = "remove" if done["what"] == "untag" else "add"
    for case in visible_to(actor_of(request)).filter(pk__in=done["cases"]):
        tag_case(case=case, actor=actor_of(request), **{side: [done["tag"]]})
    messages.success(request, _("Taken back"))
    return HttpResponseRedirect(here(request, request.headers.get("Referer", "")))


def here(request: HttpRequest, wished: str) -> str:
    """The page to come back to: the wished one if it is ours, else the inbox."""
    is_ours = url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wished if wished and is_ours else reverse("desk:inbox")
