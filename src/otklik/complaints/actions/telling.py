"""When a problem is mended, everybody who was touched hears so: one letter each, once, from the owner of their case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import held
from otklik.cases.models import Case
from otklik.cases.queries import conversation_to_answer
from otklik.complaints import letters
from otklik.complaints.actions.problems import held_problem
from otklik.complaints.events import TouchedTold
from otklik.complaints.models import Problem, Telling, Told
from otklik.complaints.queries import touched_by
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import send
from otklik.reach.leaving import Preview, preview_of
from otklik.team.queries import actor_for


@dataclass(frozen=True, kw_only=True)
class ToTell:
    """What is about to be said, to how many; ``seen`` stands for all of it, and is what a person has looked at."""

    words: Mapping[str, str]
    count: int
    seen: str


def to_tell(problem: Problem, words: Mapping[str, str]) -> ToTell:
    """Whom it would reach now, and in which words: only of languages that somebody of them reads.

    Raises ``Refusal('nobody_to_tell' | 'text_missing')``.
    """
    cases = touched_by(problem)
    if not cases:
        raise Refusal("nobody_to_tell", _("Nobody was touched by it who has not been told yet."))
    spoken = {language: words.get(language, "").strip() for language in sorted({_tongue(one) for one in cases})}
    missing = [language for language, text in spoken.items() if not text]
    if missing:
        said = _("Somebody of them reads this language: write to them, too.")
        raise Refusal("text_missing", said, fields={f"words_{language}": said for language in missing})
    told = repr((sorted(spoken.items()), sorted(one.pk for one in cases)))
    return ToTell(words=spoken, count=len(cases), seen=sha256(told.encode()).hexdigest()[:32])


def _tongue(case: Case) -> str:
    return "en" if case.customer.language == "en" else "ru"


@in_one
def tell_touched(*, problem: Problem, words: Mapping[str, str], shown: str, actor: Actor) -> Telling:
    """Say to everybody who was touched what has changed. ``shown``: of the letters and their number that a person has
    looked at; should either have changed meanwhile, nothing is sent.

    Raises ``Refusal('not_fixed_yet' | 'changed_meanwhile')`` and what ``to_tell`` raises.
    """
    require(actor, "complaints.mend")
    row = held_problem(problem)
    if row.fixed_at is None:
        raise Refusal("not_fixed_yet", _("First mend it and say so; then tell those who were touched."))
    now = to_tell(row, words)
    if now.seen != shown:
        raise Refusal("changed_meanwhile", _("The words or the number have changed. Look at them once more."))
    telling = Telling.objects.create(problem=row, words=dict(now.words), agent_id=actor.pk if actor.is_agent else None)
    Told.objects.bulk_create(
        Told(telling=telling, problem=row, customer_id=case.customer_id, case=case) for case in touched_by(row)
    )
    announce(TouchedTold(problem_id=row.pk, telling_id=telling.pk, count=now.count), actor=actor)
    return telling


@in_one
def write_to(told: Told) -> None:
    """The letter to one of them; twice does nothing the second time."""
    row = Told.objects.select_for_update(of=("self",), no_key=True).select_related("telling").get(pk=told.pk)
    if row.state != Told.State.WAITING:
        return
    case = held(Case.objects.select_related("customer", "owner").defer("search").get(pk=row.case_id))
    conversation = conversation_to_answer(case)
    letter = None
    if conversation.way_back and case.state != Case.State.SPAM:
        with translation.override(case.customer.language):
            around = letters.changed(case, conversation)
        letter = send(
            conversation=conversation,
            text=row.telling.words[_tongue(case)],
            purpose=letters.CHANGED,
            actor=actor_for(case.owner),
            author=case.owner,
            subject=around.subject,
            sheet=around.sheet,
        )
        row.state = Told.State.WRITTEN if letter else Told.State.REFUSED
    else:
        row.state = Told.State.NO_WAY
    row.letter_id = letter.pk if letter else None
    row.save(update_fields=["state", "letter_id"])


def preview_telling(problem: Problem, words: Mapping[str, str]) -> list[Preview]:
    """The letter as it leaves, once for each language, each to the first who reads it; nothing is kept of it."""
    found = []
    for language, text in to_tell(problem, words).words.items():
        case = next(one for one in touched_by(problem) if _tongue(one) == language)
        conversation = conversation_to_answer(case)
        with translation.override(language):
            around = letters.changed(case, conversation)
            sheet = replace(around.sheet, buttons=[])
            found.append(
                preview_of(conversation=conversation, text=text, author=case.owner, subject=around.subject, sheet=sheet)
            )
    return found
