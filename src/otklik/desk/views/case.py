"""The case workspace: everything known about one matter and its person on one page, and its live parts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.cases import labels, moving
from otklik.cases.closing import closing_for
from otklik.cases.macros import VARIABLES, prepared
from otklik.cases.models import Case, Presence
from otklik.cases.queries import (
    CaseFile,
    Ways,
    also_here,
    case_by_number,
    case_file,
    cases_of_customer,
    conversation_ids,
    custom_fields,
    facts_of,
    may_see,
    offered_in,
    open_steps,
    others_to_merge,
    prepared_summary,
    seen_of,
    ways_of,
)
from otklik.desk import queries, standing, workspace
from otklik.desk.properties import properties_of
from otklik.foundation.actors import Actor
from otklik.foundation.files.links import Use, file_url
from otklik.foundation.http.pages import is_part
from otklik.foundation.http.panels import moves_of, panels_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Beside
from otklik.foundation.policies import policy
from otklik.knowledge.visits import trail_of_case
from otklik.promises.queries import promised_words
from otklik.reach.actions import bytes_of
from otklik.reach.models import Message
from otklik.reach.queries import Recipients, how_it_leaves, letters_of, original_html
from otklik.team.login import me_of
from otklik.team.models import Agent
from otklik.team.queries import Face, actors_here, faces, is_here
from otklik.ui.words import filesize

DIALOGS = ("solve", "transfer", "reopen", "merge")
_HIDDEN_FIELDS = frozenset({"merged_into"})


def this_case(request: HttpRequest, number: int) -> Case:
    """The case of an address, for whoever asks. Raises ``Refusal('not_found')``."""
    return case_by_number(number, actor=actor_of(request))


def there(number: int, anchor: str = "") -> HttpResponseRedirect:
    """Back to the page of a case."""
    return HttpResponseRedirect(reverse("desk:case", args=[number]) + anchor)


@require_GET
@staff()
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The workspace. ``?do=solve`` opens a dialog without scripts, ``?all=1`` shows every line.

    ``?via=c17`` chooses the way of the answer; of a page that is open only that part is drawn anew.
    """
    found = this_case(request, number)
    if is_part(request) and "via" in request.GET:
        ways = ways_of(case_file(found, agent_id=None), via=request.GET["via"])
        return render(request, "desk/ways.html#to", {"case": found, **way_part(ways)})
    return workspace_page(request, found)


def workspace_page(
    request: HttpRequest, found: Case, *, forms: Mapping[str, Any] | None = None, do: str = "", status: int = 200
) -> HttpResponse:
    """The whole page; ``forms`` are those that were refused, ``do`` names the dialog that stands open."""
    do = do or request.GET.get("do", "")
    context = {**context_of(request, found, forms or {}), "do": do}
    if do:
        context |= dialogs_part(found, faces(), actor_of(request), forms or {})
    return render(request, "desk/case.html", {**context, "section": "inbox", "rail": True}, status=status)


def context_of(request: HttpRequest, found: Case, forms: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the workspace reads."""
    actor = actor_of(request)
    file = case_file(found, agent_id=actor.pk)
    people = faces()
    return {
        "has_articles": is_in_use("knowledge"),
        "trail": trail_of_case(found.pk) if is_in_use("knowledge") else (),
        "moves": moves_of(request, found),
        **conversation_part(request, file, people),
        **facts_part(request, found, people, forms),
        **person_part(request, found, file.points),
        "offered": offered_in(letter.message for letter in file.letters),
        "letters": letters_part(me_of(request)),
        **editor_part(request, found, file, forms),
    }


def conversation_part(request: HttpRequest, file: Any, people: Mapping[int, Face]) -> dict[str, Any]:
    actor = actor_of(request)
    talk = workspace.talk_of(file, people, agent_id=actor.agent_id, is_whole="all" in request.GET)
    others = also_here(file.case, except_agent=actor.pk)
    return {
        "case": file.case,
        "talk": talk,
        "seen": file.seen,
        "steps": standing.steps(file.case),
        "badges": standing.badges(file.case),
        "number_words": _("No. %(number)d") % {"number": file.case.number},
        "looking": looking_words(others, people),
        "files_limit": _("Up to %(size)s together; programs are not accepted")
        % {"size": filesize(int(policy("portal.upload_limit_bytes")))},
        "undo_seconds": int(policy("reach.undo_seconds")),
        "now": timezone.now(),
    }


def looking_words(others: Sequence[Presence], people: Mapping[int, Face]) -> str:
    """Who else is here: «Игорь пишет», «Игорь, Анна смотрят»."""
    here = [(people[row.agent_id].first_name, row.is_typing) for row in others if row.agent_id in people]
    typing = [name for name, is_typing in here if is_typing]
    if typing:
        return _("%(names)s: writing here") % {"names": ", ".join(typing)}
    names = ", ".join(name for name, _is_typing in here)
    return _("%(names)s: looking too") % {"names": names} if names else ""


def facts_part(
    request: HttpRequest, found: Case, people: Mapping[int, Face], forms: Mapping[str, Any]
) -> dict[str, Any]:
    actor = actor_of(request)
    teams = queries.visible_teams(actor)
    if found.team_id not in dict(teams):
        teams = [*teams, (found.team_id, found.team.name)]
    defined = custom_fields("case")
    nobody = Face(id=0, name="", photo="", is_active=False, may_own=False)
    return {
        "case": found,
        "panels": panels_of(request, found, Beside.CASE),
        "promises": standing.promises(found),
        "owner": people.get(found.owner_id, nobody),
        "owner_is_here": is_here(found.owner),
        "deputy": people.get(found.deputy_id or 0),
        "may_stand_in": actor.pk not in {found.owner_id, found.deputy_id},
        "program_facts": [
            (name, value)
            for name, value in found.custom.items()
            if name not in _HIDDEN_FIELDS and name not in {field.key for field in defined}
        ],
        "merged_into": found.custom.get("merged_into"),
        "refused": forms.get("properties"),
        "custom_was": json.dumps({field.key: found.custom.get(field.key) for field in defined}),
        "properties": properties_of(found, teams, defined, forms.get("properties")),
        "mentions": [
            face
            for one in actors_here()
            if one.pk != actor.pk and may_see(one, found) and (face := people.get(one.pk or 0))
        ],
    }


def dialogs_part(found: Case, people: Mapping[int, Face], actor: Actor, forms: Mapping[str, Any]) -> dict[str, Any]:
    """The forms of the moves; made only when one of them is wanted."""
    colleagues = [face for face in people.values() if face.may_own and face.id != found.owner_id]
    return {
        "case": found,
        "open_steps": open_steps(found),
        "solve_form": forms.get("solve")
        or moving.SolveForm(auto_id="solve_%s", initial={"closing": closing_for(found)}),
        "reopen_form": forms.get("reopen") or moving.ReopenForm(auto_id="reopen_%s"),
        "merge_form": forms.get("merge") or moving.MergeForm(others=others_to_merge(found, actor), auto_id="merge_%s"),
        "transfer_form": forms.get("transfer") or _transfer_form(found, colleagues),
    }


def _transfer_form(found: Case, colleagues: Sequence[Face]) -> moving.TransferForm:
    """What the next owner must know is prepared from the case, for a person to read and change."""
    initial = {"summary": prepared_summary(found)}
    return moving.TransferForm(people=colleagues, initial=initial, auto_id="transfer_%s")


def person_part(request: HttpRequest, found: Case, points: Any) -> dict[str, Any]:
    """The customer, and everything they ever said that this agent may see."""
    actor = actor_of(request)
    everything = cases_of_customer(found.customer_id, most=21 if actor.sees_all else 100)
    rows = [row for row in everything if row.pk != found.pk and may_see(actor, row)]
    others = [
        {
            "case": row,
            "tone": labels.STATES[row.state].tone or ("back" if row.came_back else ""),
            "outcome": standing.outcome(row),
            "channel": str(labels.channel(row.channel).text).lower(),
            "words": row.word.words if row.word else "",
        }
        for row in rows[:20]
    ]
    return {
        "customer": found.customer,
        "customer_panels": panels_of(request, found, Beside.CUSTOMER),
        "customer_facts": facts_of(custom_fields("customer"), found.customer.custom),
        "points": points,
        "their_time": standing.their_time(found.customer),
        "others": others,
        "has_more_others": len(rows) > len(others),
        "hidden_others": len([row for row in everything if not may_see(actor, row)]),
    }


def letters_part(me: Agent) -> dict[str, Any]:
    """What ``desk/letter.js`` must know to show a letter as it will look."""
    return {
        "is_visual": not me.writes_markdown,
        "visual": static("ui/visual/visual.js"),
        "look": static("ui/visual/visual.css"),
        "keep": reverse("team:me-writing"),
        "raw": _("Shown as it is written"),
        "open": _("Open as Markdown"),
    }


def editor_part(request: HttpRequest, found: Case, file: CaseFile, forms: Mapping[str, Any]) -> dict[str, Any]:
    drafts, macros = file.drafts, prepared(found, actor_of(request))
    reply, note = forms.get("reply"), forms.get("note")
    saved = drafts["reply"].text if "reply" in drafts else ""
    chosen = next((one for one in macros if str(one.id) == request.GET.get("macro")), None)
    text = f"{saved}\n\n{chosen.text}".strip() if chosen else saved
    is_note = note is not None or request.GET.get("write") == "note" or found.state == Case.State.SPAM
    return {
        **way_part(ways_of(file, via=reply["via"].value() if reply else request.GET.get("via", ""))),
        "reply_form": reply,
        "reply_text": reply["text"].value() if reply else text,
        "reply_promise": promised_words(found, actor_of(request), saved),
        "keeps_promise": bool(reply and reply["promises"].value()),
        "reply_saved_at": drafts["reply"].saved_at if "reply" in drafts else None,
        "reply_files": drafts["reply"].files.all() if "reply" in drafts else [],
        "reply_was": drafts["reply"].version if "reply" in drafts else "",
        "note_was": drafts["note"].version if "note" in drafts else "",
        "note_files": drafts["note"].files.all() if "note" in drafts else [],
        "note_form": note,
        "note_text": note["text"].value() if note else (drafts["note"].text if "note" in drafts else ""),
        "mode": "note" if is_note else "reply",
        "macros": macros,
        "variables": VARIABLES,
        "macro_id": chosen.id if chosen else "",
    }


def way_part(ways: Ways) -> dict[str, Any]:
    """By which way an answer leaves, what it may be there, and which others there are."""
    recipients = ways.chosen.recipients if ways.chosen else Recipients(to=())
    return {
        "ways": [(one, labels.channel(one.kind)) for one in ways.all],
        "chosen": ways.chosen,
        "chosen_icon": labels.channel(ways.chosen.kind if ways.chosen else "email").icon,
        "phones": ways.phones,
        "other_ways": ways.others,
        "recipients": recipients,
        "how_it_leaves": how_it_leaves(recipients),
    }


# ── Parts that come later or by themselves ────────────────────────────────────────────────
@require_GET
@staff()
def fresh(request: HttpRequest, number: int) -> HttpResponse:
    """What changes while the page is open: conversation, state, promises; and what is new since ``seen``."""
    found = this_case(request, number)
    actor = actor_of(request)
    file = case_file(found, agent_id=actor.pk)
    people = faces()
    news = workspace.news(file, people, agent_id=actor.agent_id, seen=seen_of(request.GET))
    context = {**conversation_part(request, file, people), **facts_part(request, found, people, {}), "news": news}
    return render(request, "desk/case_fresh.html", context)


@require_GET
@staff()
def dialogs(request: HttpRequest, number: int) -> HttpResponse:
    """The forms of the moves, fetched when the first of them is wanted."""
    found = this_case(request, number)
    seen = seen_of(request.GET)
    if None in seen.values():
        seen = case_file(found, agent_id=None).seen
    return render(request, "desk/dialogs.html", {**dialogs_part(found, faces(), actor_of(request), {}), "seen": seen})


@require_GET
@staff()
def whole(request: HttpRequest, number: int, message_id: int) -> HttpResponse:
    """The full original of a letter; remote pictures only when ``?images=1`` asks for them."""
    found, message = _message(request, number, message_id)
    shows_images = request.GET.get("images") == "1"
    cids = {
        part.content_id: file_url(part.file, part.name, use=Use.PICTURE)
        for part in message.attachments.all()
        if part.content_id
    }
    html = original_html(message, cids, remote_images=shows_images)
    context = {
        "section": "inbox",
        "rail": True,
        "case": found,
        "message": message,
        "html": html,
        "has_remote": not shows_images and "data-remote-src" in html,
        "address": reverse("desk:whole", args=[number, message_id]),
    }
    template = "desk/whole.html#letter" if request.headers.get("HX-Request") else "desk/whole.html"
    answer = render(request, template, context)
    if shows_images:
        answer._csp_config = _with_remote_images()  # type: ignore[attr-defined]  # what Django's decorator does
    return answer


def _with_remote_images() -> dict[str, Any]:
    policy_in_force: dict[str, Any] = settings.SECURE_CSP
    return {**policy_in_force, "img-src": [*policy_in_force["img-src"], "https:", "http:"]}


@require_GET
@staff()
def original(request: HttpRequest, number: int, message_id: int) -> HttpResponse:
    """The letter as it came, to keep."""
    _found, message = _message(request, number, message_id)
    if message.raw is None:
        return render(request, "404.html", status=404)
    answer = HttpResponse(bytes_of(message.raw), content_type="message/rfc822")
    answer["Content-Disposition"] = f'attachment; filename="{number}-{message_id}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_GET
@staff()
def said(request: HttpRequest, number: int) -> HttpResponse:
    """What was said in another case of the same person, for reading beside this one."""
    found = this_case(request, number)
    lines = workspace.said_of(letters_of(conversation_ids(found)), found, faces())
    return render(request, "desk/said.html", {"case": found, "lines": lines})


def _message(request: HttpRequest, number: int, message_id: int) -> tuple[Case, Message]:
    """A message of a case in sight; 404 for one of another case."""
    found = this_case(request, number)
    rows = Message.objects.select_related("raw").prefetch_related("attachments__file")
    return found, get_object_or_404(rows, pk=message_id, conversation__thread__case=found)
