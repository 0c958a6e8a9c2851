"""What of the service is counted: days, and which cases."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases.labels import CHANNELS
from otklik.figures.asked import NONE, Asked, By, groups_of, sees_colleagues
from otklik.figures.naming import GROUPS as GROUP_NAMES
from otklik.figures.naming import names_of
from otklik.foundation.actors import Actor
from otklik.foundation.http.forms import DeskForm
from otklik.standards.kinds import KINDS
from otklik.standards.models import Standard
from otklik.team.queries import faces, team_names

_ALL: Final = ("", _("All"))
_EVERY: Final = (
    ("", pgettext_lazy("pieces of time", "As it fits")),
    (By.DAY.value, pgettext_lazy("pieces of time", "Days")),
    (By.WEEK.value, pgettext_lazy("pieces of time", "Weeks")),
    (By.MONTH.value, pgettext_lazy("pieces of time", "Months")),
)


class FiguresForm(DeskForm):
    """Stands in the address. Fields are named as the API names them."""

    measure = forms.CharField(required=False, widget=forms.HiddenInput)
    time = forms.CharField(required=False, widget=forms.HiddenInput)
    percentile = forms.CharField(required=False, widget=forms.HiddenInput)
    to = forms.CharField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.ChoiceField(label=_("Compare by"), required=False)
    every = forms.ChoiceField(label=_("In pieces of"), required=False, choices=_EVERY)

    def __init__(self, *args: Any, asked: Asked, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        beginning = forms.CharField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
        self.fields = {"from": beginning, **self.fields}  # a word of Python
        self.fields["by"].choices = [(one.value, GROUP_NAMES[one]) for one in groups_of(asked.measure)]  # type: ignore[attr-defined]
        for group, choices in _narrowing(asked, actor):
            self.fields[group.value] = forms.ChoiceField(
                label=str(GROUP_NAMES[group]), required=False, choices=[_ALL, *choices]
            )


def _narrowing(asked: Asked, actor: Actor) -> Iterable[tuple[By, list[tuple[str, Any]]]]:
    teams = team_names()
    seen = teams if actor.sees_all else {pk: name for pk, name in teams.items() if pk in actor.team_ids}
    yield By.TEAM, [(str(pk), name) for pk, name in seen.items()]
    people = [face for face in faces().values() if face.may_own or face.is_active]
    mine = people if sees_colleagues(actor) else [face for face in people if face.id == actor.pk]
    yield By.AGENT, [(str(face.id), face.name) for face in mine]
    yield By.CHANNEL, [(name, label.text) for name, label in CHANNELS.items()]
    yield By.KIND, [(name, label.text) for name, label in KINDS.items()]
    standards = Standard.objects.order_by("name").values_list("pk", "name")
    yield By.STANDARD, [*((str(pk), name) for pk, name in standards), (NONE, _("Without a standard"))]
    for group in (By.ORGANIZATION, By.RULE):
        if said := asked.narrowed.get(group):
            key = "" if said == NONE else said
            yield group, [(said, names_of(group, [key]).get(key, key))]


def initial_of(asked: Asked) -> dict[str, str]:
    """What the form shows of what was asked for."""
    last = timezone.localtime(asked.until - timedelta(microseconds=1))
    return {
        "measure": asked.measure.value,
        "time": asked.time.value,
        "percentile": str(asked.percentile),
        "from": timezone.localdate(asked.since).isoformat(),
        "to": last.date().isoformat(),
        "by": asked.by.value if asked.by else "",
        **asked.narrowed,
    }
