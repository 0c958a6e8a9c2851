"""After a restore: what becomes of the letters that waited."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.foundation.actors import may
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import RESTORED_FROM, policy
from otklik.reach.actions import decide_about_the_restored
from otklik.reach.queries import letters_held_back

_SHOWN = 50


@require_http_methods(["GET", "POST"])
@staff()
def restored(request: HttpRequest) -> HttpResponse:
    """Everybody may see why nothing leaves; administrators decide."""
    if request.method == "POST":
        return _decided(request, send=request.POST.get("send") == "yes")
    moment = policy(RESTORED_FROM)
    if not moment:
        return redirect(settings.LOGIN_REDIRECT_URL)
    waiting = letters_held_back()
    context = {
        "section": "restored",
        "backup": parse_datetime(moment),
        "count": waiting.count(),
        "letters": waiting.select_related("conversation__customer", "conversation__thread")[:_SHOWN],
        "at": 2,
        "of": 3,
        "may_decide": may(actor_of(request), "reach.edit"),
    }
    return shown(request, "reach/restored.html", context)


def _decided(request: HttpRequest, *, send: bool) -> HttpResponse:
    try:
        count = decide_about_the_restored(send=send, actor=actor_of(request))
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return sorry(request, refusal, settings.LOGIN_REDIRECT_URL)
    sent = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", count)
    kept = ngettext("%(count)s letter was taken back.", "%(count)s letters were taken back.", count)
    text = _("The house works as usual again.")
    return done(request, f"{(sent if send else kept) % {'count': count}} {text}", settings.LOGIN_REDIRECT_URL)
