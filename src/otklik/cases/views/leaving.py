"""Somebody leaves: their unfinished cases get a new owner in the same step."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.cases.actions import let_agent_go
from otklik.cases.forms.leaving import LetGoForm
from otklik.cases.queries import unfinished_of
from otklik.foundation.http.bulk import MOST_AT_ONCE
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
    actor = actor_of(request)
    if request.method == "POST" and do(
        form, lambda cleaned: moved.append(let_agent_go(agent=row, actor=actor, **cleaned))
    ):
        text = ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", moved[0])
        return done(request, text % {"count": moved[0]}, "team:agents")
    left = list(unfinished_of(row).values_list("pk", flat=True))
    about = ngettext("%(count)d unfinished case is theirs.", "%(count)d unfinished cases are theirs.", len(left))
    context = {
        "about": about % {"count": len(left)},
        "one_by_one": _one_by_one(left),
        "template_after": "cases/leave_after.html",
        "form": form,
        "title": _("%(name)s leaves") % {"name": row.name},
        "back": reverse("team:agent-edit", args=[row.pk]),
    }
    return settings_page(request, "ui/settings_form.html", "team:agents", **context)


def _one_by_one(numbers: list[int]) -> str:
    """Where they are handed over with a word to the next owner; '' when there is none."""
    asked = QueryDict(mutable=True)
    asked.setlist("case", [str(number) for number in numbers[:MOST_AT_ONCE]])
    return f"{reverse('cases:hand-over')}?{asked.urlencode()}" if numbers else ""
