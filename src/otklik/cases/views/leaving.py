"""Somebody leaves: their unfinished cases get a new owner in the same step."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.cases.actions import let_agent_go
from otklik.cases.forms.leaving import LetGoForm
from otklik.cases.models import Case
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import one, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.models import Agent


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def let_go(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Close the door for somebody; their unfinished cases get a new owner in the same step."""
    row = one(Agent, agent_id)
    assert row is not None  # one() refuses
    form = LetGoForm(request.POST or None, agent=row)
    moved: list[int] = []
    if request.method == "POST" and do(
        form, lambda cleaned: moved.append(let_agent_go(agent=row, to=cleaned["to"], actor=actor_of(request)))
    ):
        text = ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", moved[0])
        return done(request, text % {"count": moved[0]}, "team:agents")
    left = Case.objects.filter(owner=row, state__in=[Case.State.OPEN, Case.State.SOLVED]).count()
    about = ngettext("%(count)d unfinished case is theirs.", "%(count)d unfinished cases are theirs.", left) % {
        "count": left
    }
    context = {
        "form": form,
        "title": _("%(name)s leaves") % {"name": row.name},
        "back": reverse("team:agent-edit", args=[row.pk]),
    }
    return settings_page(request, "ui/settings_form.html", "team:agents", **context, about=about)
