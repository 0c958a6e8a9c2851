"""Letters that became no case: read as far as possible, then released or deleted by a person."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import Bulk, Deed, numbers
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.actions import IN_THE_BIN, bring_back_held, bytes_of, delete_held, release_held
from otklik.reach.models import RawMessage
from otklik.reach.queries import binned, head_of, held, held_letter, held_letters_in, held_view, spam

LETTERS = Listing(
    template="reach/held.html",
    columns=(
        Column(name="came", label=_("Came"), by="pk", of=int, falls=True),
        Column(name="why", label=_("Why it is held"), by="held_reason"),
        Column(name="size", label=_("Size"), by="size", of=int, falls=True),
    ),
    live="reach.held",
    size=25,
)
"""All of them walk ``raw_held`` or ``raw_in_the_bin``: the few letters that no case was made of, never the others."""
_PREVIEW_BYTES = 262_144


def _rows(actor: Actor, view: QueryDict) -> QuerySet[RawMessage]:
    return {"spam": spam, "deleted": binned}.get(view.get("only", ""), held)(actor)


def _called(raw: RawMessage) -> str:
    seen = held_view(raw).seen
    return seen.subject or seen.sender or gettext("Without a subject")


MANY: Bulk[RawMessage] = Bulk(
    home="reach:held",
    route="reach:held-bulk",
    rows=lambda actor, view: map(str, _rows(actor, view).values_list("pk", flat=True)),
    chosen=lambda actor, keys: {str(raw.pk): raw for raw in held_letters_in(numbers(keys), actor=actor)},
    named=_called,
    offered=lambda _actor, view: {"bring_back"} if view.get("only") == "deleted" else {"release", "delete"},
    deeds=(
        Deed(
            name="release",
            label=_("Release"),
            icon="mail-check",
            act=lambda raw, actor, _wishes: release_held(raw=raw, actor=actor),
            told=lambda count: ngettext(
                "%(count)d letter is released. Its case appears in the list in a moment.",
                "%(count)d letters are released. Their cases appear in the list in a moment.",
                count,
            ),
            asks=_("Each letter becomes a case. This cannot be taken back."),
        ),
        Deed(
            name="delete",
            label=_("Delete"),
            icon="trash",
            act=lambda raw, actor, _wishes: delete_held(raw=raw, actor=actor),
            told=lambda count: ngettext("%(count)d letter is deleted", "%(count)d letters are deleted", count),
            back=lambda raw, actor, _was: bring_back_held(raw=raw, actor=actor),
        ),
        Deed(
            name="bring_back",
            label=_("Bring back"),
            icon="arrow-back-up",
            act=lambda raw, actor, _wishes: bring_back_held(raw=raw, actor=actor),
            told=lambda count: ngettext("%(count)d letter is held again", "%(count)d letters are held again", count),
            back=lambda raw, actor, _was: delete_held(raw=raw, actor=actor),
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff("held.decide")
def many(request: HttpRequest) -> HttpResponse:
    """The ticked letters, or those of the whole list: released, deleted, brought back."""
    return MANY.answer(request)


@require_GET
@staff("held.decide")
def letters(request: HttpRequest) -> HttpResponse:
    """Held letters, newest first, each with its reason in words; spam and deleted ones in lists of their own."""
    only = request.GET.get("only", "")
    page = LETTERS.page(request, _rows(actor_of(request), request.GET))
    views = [held_view(raw) for raw in page["rows"]]
    context = {"section": "held", **page, "rows": views, "only": only, "bulk": MANY.bar(request)}
    return shown(request, LETTERS.template, context)


@require_GET
@staff("held.decide")
def letter(request: HttpRequest, raw_id: int) -> HttpResponse:
    """One held letter: a safe text, never its HTML."""
    raw = held_letter(raw_id, actor=actor_of(request))
    view = held_view(raw)
    source = (
        head_of(raw, _PREVIEW_BYTES)[:20_000].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )
    context = {"section": "held", "letter": view, "source": source, "is_held": raw.state == RawMessage.State.HELD}
    context |= {"is_binned": raw.deleted_at is not None, "days": IN_THE_BIN.days}
    return shown(request, "reach/held_letter.html", context)


@require_GET
@staff("held.decide")
def original(request: HttpRequest, raw_id: int) -> HttpResponse:
    """The bytes as they came, only ever as a download."""
    raw = held_letter(raw_id, actor=actor_of(request))
    if raw.body is None and raw.file is None:
        raise Refusal("not_found", gettext("There is no such letter."))
    answer = HttpResponse(bytes_of(raw), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="letter-{raw.pk}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@staff("held.decide")
def release(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Take it in after all; the first of two colleagues wins."""
    try:
        release_held(raw=held_letter(raw_id, actor=actor_of(request)), actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "reach:held")
    return done(request, gettext("The letter is released. Its case appears in the list in a moment."), "reach:held")


@require_POST
@staff("held.decide")
def delete(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Throw it away, with a way back; the first of two colleagues wins."""
    try:
        delete_held(raw=held_letter(raw_id, actor=actor_of(request)), actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "reach:held")
    messages.success(
        request, gettext("The letter is deleted."), extra_tags=reverse("reach:held-bring-back", args=[raw_id])
    )
    return redirect("reach:held")


@require_POST
@staff("held.decide")
def bring_back(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Undo the deletion while its bytes are there."""
    try:
        bring_back_held(raw=held_letter(raw_id, actor=actor_of(request)), actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "reach:held")
    return done(request, gettext("The letter is held again."), "reach:held-letter", raw_id)
