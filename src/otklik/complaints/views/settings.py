"""Settings: the rules, the terms and the ways outside."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from otklik.complaints.actions import save_term, save_way
from otklik.complaints.forms.settings import RulesForm, TermForm, WayForm
from otklik.complaints.models import Term, Way
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import NAME, Row, form_page, list_page, one, policy_page
from otklik.foundation.http.staff import actor_of, staff

_USUAL = Column(name="usual", label=gettext_lazy("Those of every complaint first"))
_DAYS = Column(name="days", label=gettext_lazy("Days"))
_PLACE = Column(name="place", label=gettext_lazy("Position in the list"))
_BEGINS = {
    Term.Starts.RECEIVED: gettext_lazy("%(days)s from the day after the words reached us"),
    Term.Starts.REGISTERED: gettext_lazy("%(days)s from the day after the complaint got its number"),
}


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def rules(request: HttpRequest) -> HttpResponse:
    return policy_page(request, RulesForm, "complaints:settings", _("Complaints"))


@require_GET
@staff("settings.edit")
def terms(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("complaints:term-edit", args=[row.pk]),
            about=". ".join(filter(None, (in_words(row), row.basis))),
            badge=_badge(row),
            tone="accent" if row.is_default and row.is_active else "",
            is_off=not row.is_active,
            by={"usual": (not row.is_default, row.days), "days": row.days},
        )
        for row in Term.objects.order_by("id")
    ]
    about = _("By when a complaint must be answered. Laws differ by what is sold and to whom: ask your lawyer.")
    new = reverse("complaints:term-new")
    return list_page(
        request, "complaints:terms", _("Deadlines for complaints"), rows, (_USUAL, NAME, _DAYS), about=about, new=new
    )


def _badge(row: Term) -> str:
    if not row.is_active:
        return _("No longer used")
    return _("Applies to every complaint") if row.is_default else ""


def in_words(term: Term) -> str:
    """«10 рабочих дней со дня после того, как слова дошли до нас; напоминание за 2 дня»."""
    if term.is_working:
        days = ngettext("%(days)d working day", "%(days)d working days", term.days)
    else:
        days = ngettext("%(days)d day", "%(days)d days", term.days)
    said = [_BEGINS[Term.Starts(term.starts)] % {"days": days % {"days": term.days}}]
    if term.moves_on and not term.is_working:
        said.append(_("a last day that is not a working day moves on"))
    if term.warn_days:
        before = ngettext("reminder %(days)d day before", "reminder %(days)d days before", term.warn_days)
        said.append(before % {"days": term.warn_days})
    return "; ".join(str(one) for one in said)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def term(request: HttpRequest, term_id: int | None = None) -> HttpResponse:
    row = one(Term, term_id)
    form = TermForm(request.POST or None, term=row)

    def act(cleaned: dict[str, Any]) -> None:
        save_term(values=cleaned, actor=actor_of(request), term=row)

    return form_page(request, form, "complaints:terms", row.name if row else _("New deadline"), act)


@require_GET
@staff("settings.edit")
def ways(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("complaints:way-edit", args=[row.pk]),
            about=row.words[:160],
            badge="" if row.is_active else _("Not offered"),
            is_off=not row.is_active,
            by={"place": row.position},
        )
        for row in Way.objects.order_by("id")
    ]
    about = _("Where else customers can turn if they do not accept your answer. They are told in these words.")
    new = reverse("complaints:way-new")
    return list_page(
        request, "complaints:ways", _("Ways outside the company"), rows, (_PLACE, NAME), about=about, new=new
    )


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def way(request: HttpRequest, way_id: int | None = None) -> HttpResponse:
    row = one(Way, way_id)
    form = WayForm(request.POST or None, way=row)

    def act(cleaned: dict[str, Any]) -> None:
        save_way(values=cleaned, actor=actor_of(request), way=row)

    return form_page(request, form, "complaints:ways", row.name if row else _("New way"), act)
