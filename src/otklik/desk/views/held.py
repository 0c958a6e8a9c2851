"""Letters that became no case: read as far as possible, then released or deleted by a person."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import done, shown, sorry
from otklik.foundation.errors import Refusal
from otklik.foundation.paging import number_after, page_of
from otklik.reach.actions import bytes_of, delete_held, release_held
from otklik.reach.models import RawMessage
from otklik.reach.queries import head_of, held, held_letter, held_view

PAGE = 25
_PREVIEW_BYTES = 262_144


@require_GET
@staff("held.decide")
def letters(request: HttpRequest) -> HttpResponse:
    """Held letters, newest first, each with its reason in words."""
    rows = held(actor_of(request))
    if request.GET.get("after"):
        rows = rows.filter(pk__lt=number_after(request.GET["after"]))
    page = page_of(list(rows[: PAGE + 1]), size=PAGE, key=lambda raw: [raw.pk])
    context = {"section": "held", "letters": [held_view(raw) for raw in page.items], "next": page.next}
    return shown(request, "desk/held.html", context)


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
    return shown(request, "desk/held_letter.html", context)


@require_GET
@staff("held.decide")
def original(request: HttpRequest, raw_id: int) -> HttpResponse:
    """The bytes as they came, only ever as a download."""
    raw = held_letter(raw_id, actor=actor_of(request))
    if raw.body is None and raw.file is None:
        raise Refusal("not_found", _("There is no such letter."))
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
        return sorry(request, refusal, "desk:held")
    return done(request, _("The letter is released. Its case appears in the inbox in a moment."), "desk:held")


@require_POST
@staff("held.decide")
def delete(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Forget the bytes; the first of two colleagues wins."""
    try:
        delete_held(raw=held_letter(raw_id, actor=actor_of(request)), actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "desk:held")
    return done(request, _("The letter is deleted."), "desk:held")
