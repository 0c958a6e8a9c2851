"""Service standards: which there are, one of them, and what is done with it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.actors import Actor, may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, Step, do, done, shown, take_step
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.versions import IN_WORK, not_a_draft
from otklik.standards import queries
from otklik.standards.actions import (
    Words,
    approve,
    archive,
    bring_back,
    confirm_review,
    drop_draft,
    offer,
    publish,
    send_back,
    set_standard,
    start_draft,
    take_back,
    write_standard,
)
from otklik.standards.choosing import neighbours
from otklik.standards.forms import PropertiesForm, ProposeForm
from otklik.standards.labels import STATES, applies_to, condition_words, counted_words, promises_of
from otklik.standards.models import Standard, Version

MOST_VERSIONS = 5
MOST_PROPOSALS = 10
STANDARDS = Listing(
    template="standards/standards.html",
    columns=(  # a house has some dozens
        Column(name="name", label=pgettext_lazy("of a thing", "Name"), by=ByName()),
        Column(name="keeper", label=gettext_lazy("Who looks after it"), by=ByName("owner__name"), may_lack=True),
        Column(name="review", label=gettext_lazy("Review by"), by="review_at", of=datetime, may_lack=True),
    ),
    live="standards.standards",
)


@require_GET
@staff()
def standards(request: HttpRequest) -> HttpResponse:
    """Every standard, with what holds and what is in work."""
    actor, is_archive = actor_of(request), request.GET.get("archive") == "1"
    waiting = {row.pk for row in queries.for_me(actor)}
    shelf = Standard.objects.filter(archived_at__isnull=not is_archive)
    page = STANDARDS.page(request, shelf.select_related("live", "owner", "team", "organization"))
    drafts = {row.standard_id: row for row in Version.objects.filter(state__in=IN_WORK)}
    rows = [
        {
            "standard": row,
            "applies": applies_to(row),
            "state": STATES[row.live.state] if row.live else None,
            "draft": STATES[drafts[row.pk].state] if row.pk in drafts else None,
            "is_mine": row.pk in waiting,
        }
        for row in page["rows"]
    ]
    context = {**page, "rows": rows, "waiting": len(waiting), "may_write": may(actor, "standards.edit")}
    context |= {"is_archive": is_archive, "proposed": queries.for_me_to_decide(actor).count()}
    return shown(request, STANDARDS.template, {"section": "standards", **context})


@require_http_methods(GET_OR_POST)
@staff("standards.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Its name and when it applies; its words are a draft that holds for nobody yet."""
    form = PropertiesForm(request.POST or None, initial={"owner": actor_of(request).pk})
    written: list[Standard] = []

    def act(cleaned: dict[str, Any]) -> None:
        name = cleaned["name"]
        written.append(write_standard(name=name, words=Words(), actor=actor_of(request), values=cleaned))

    if request.method == "POST" and do(form, act):
        return redirect("standards:edit", written[0].pk)
    return shown(request, "standards/new.html", {"section": "standards", "form": form})


@require_GET
@staff()
def standard(request: HttpRequest, standard_id: int) -> HttpResponse:
    """The version that holds, the draft when there is no other, or any by its number (``?version=3``)."""
    row, actor = queries.standard_by_id(standard_id), actor_of(request)
    draft, wanted = queries.in_work(row), request.GET.get("version", "")
    version = queries.versions_of(row).filter(number=int(wanted)).first() if _is_number(wanted) else None
    version = version or row.live or draft
    assert version is not None, "a standard has at least one version"
    context = {
        **around(request, row, "read"),
        "version": version,
        "shown_state": STATES[version.state],
        "promises": promises_of(version),
        "counted": counted_words(version),
        "versions": queries.versions_of(row)[:MOST_VERSIONS],
        "may": _ways(row, draft, actor),
        "act_url": reverse("standards:act", args=[row.pk]),
        "is_other": version.pk != row.live_id,
        "conditions": condition_words(row),
        "near": neighbours(row, queries.in_force()) if row.live_id and not row.archived_at else (),
        "proposals": queries.proposals().filter(standard=row).order_by("state", "-id")[:MOST_PROPOSALS],
        "propose_form": ProposeForm(),
    }
    return shown(request, "standards/standard.html", context)


def _is_number(words: str) -> bool:
    return words.isdecimal() and len(words) < 7  # noqa: PLR2004 - no house writes a million versions


def around(request: HttpRequest, row: Standard, current: str) -> dict[str, Any]:
    """What stands around every page of a standard."""
    draft = queries.in_work(row)
    return {
        "section": "standards",
        "standard": row,
        "draft": draft,
        "draft_state": STATES[draft.state] if draft else None,
        "applies": applies_to(row),
        "current": current,
        "may_write": queries.may_write(actor_of(request), row),
        "may_arrange": may(actor_of(request), "standards.edit"),
    }


def _ways(row: Standard, draft: Version | None, actor: Actor) -> dict[str, bool]:
    """What this agent may do with it as it is now; the actions decide again."""
    state, is_author = draft.state if draft else "", queries.may_write(actor, row)
    alone, is_lead = queries.may_publish_alone(actor), may(actor, "standards.edit")
    is_other = draft is not None and actor.pk not in {draft.author_id, *draft.writers}
    return {
        "start": draft is None and is_author and row.archived_at is None,
        "offer": state == "draft" and is_author and not alone,
        "approve": state == "waiting" and is_lead and is_other,
        "send_back": state in {"waiting", "approved"} and is_lead,
        "take_back": state in {"waiting", "approved"} and is_author,
        "publish": row.archived_at is None
        and ((state == "approved" and is_author) or (state in {"draft", "waiting"} and alone)),
        "archive": is_lead and row.archived_at is None and row.live_id is not None,
        "bring_back": is_lead and row.archived_at is not None,
        "decide": is_author,
        "drop": state == "draft" and is_author,
        "review": row.live_id is not None and is_author and row.archived_at is None,
    }


@require_http_methods(GET_OR_POST)
@staff("standards.edit")
def properties(request: HttpRequest, standard_id: int) -> HttpResponse:
    row = queries.standard_by_id(standard_id)
    form = PropertiesForm(request.POST or None, standard=row)

    def act(cleaned: dict[str, Any]) -> None:
        set_standard(standard=row, actor=actor_of(request), values=cleaned)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "standards:standard", row.pk)
    context = {**around(request, queries.standard_by_id(standard_id), "properties"), "form": form}
    return shown(request, "standards/properties.html", context)


# ── What is done with it ──────────────────────────────────────────────────────────────────
@require_POST
@staff()
def act(request: HttpRequest, standard_id: int) -> HttpResponse:
    """One step of its life (``do``); a rule that says no is told on its page."""
    row = queries.standard_by_id(standard_id)
    return take_step(request, _STEPS, row, back=lambda refusal: _EDITOR if refusal.code == "note_missing" else _PAGE)


type _Done = tuple[str, str]
_LIST, _PAGE, _EDITOR = "standards:standards", "standards:standard", "standards:edit"


def draft_of(row: Standard) -> Version:
    """Raises ``Refusal('not_a_draft')``."""
    draft = queries.in_work(row)
    if draft is None:
        raise not_a_draft()
    return draft


def _edit(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    start_draft(standard=row, actor=actor)
    return _("Nothing changes for anybody until it is published."), _EDITOR


def _offer(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    offer(version=draft_of(row), actor=actor)
    return _("A colleague will look at it."), _PAGE


def _approve(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    approve(version=draft_of(row), actor=actor)
    return _("Approved. It can be published now."), _PAGE


def _approve_and_publish(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    draft = draft_of(row)
    approve(version=draft, actor=actor)
    publish(version=draft, actor=actor)
    return _published(), _PAGE


def _send_back(request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    send_back(version=draft_of(row), actor=actor, because=request.POST.get("because", ""))
    return _("The author has it again, with your words."), _PAGE


def _take_back(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    take_back(version=draft_of(row), actor=actor)
    return _("It is a draft again."), _EDITOR


def _publish(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    publish(version=draft_of(row), actor=actor)
    return _published(), _PAGE


def _published() -> str:
    return _("Published. New cases follow it; open ones keep theirs and are offered it.")


def _drop(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    if drop_draft(version=draft_of(row), actor=actor) is None:
        row.pk = None
        return _("The standard is gone."), _LIST
    return _("The draft is deleted. What was in force stays."), _PAGE


def _review(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    confirm_review(standard=row, actor=actor)
    return _("Thank you. We will ask again later."), _PAGE


def _archive(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    archive(standard=row, actor=actor)
    return _("It is in the archive: no new case follows it, those that do keep it."), _PAGE


def _bring_back(_request: HttpRequest, row: Standard, actor: Actor) -> _Done:
    bring_back(standard=row, actor=actor)
    return _("It applies to its cases again."), _PAGE


_STEPS: dict[str, Step[Standard]] = {
    "archive": _archive,
    "bring_back": _bring_back,
    "edit": _edit,
    "offer": _offer,
    "approve": _approve,
    "approve_and_publish": _approve_and_publish,
    "send_back": _send_back,
    "take_back": _take_back,
    "publish": _publish,
    "drop": _drop,
    "review": _review,
}
