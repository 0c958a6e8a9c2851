"""Going through a survey, page by page or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.actions import identify
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.surveys.actions.calling import answer_low_score
from otklik.surveys.definition import Definition, Question
from otklik.surveys.models import Answer, Invitation, Names, Sitting, Survey, Version
from otklik.surveys.queries import definition_of, live_of, seals_of, sitting_of, values_of
from otklik.surveys.values import rows_of
from otklik.surveys.walking import Step, path_to, walk


@dataclass(frozen=True, kw_only=True)
class Taken:
    """From where somebody goes through a survey. ``token``: the secret of their pages, chosen before the first one is
    sent, so that a page sent twice is one sitting. ``draft``: one of ours tries this draft."""

    token: str
    channel: str = "link"
    segment: str = ""
    language: str = "ru"
    invitation: Invitation | None = None
    draft: Version | None = None


@in_one
def sit_down(*, survey: Survey, taken: Taken) -> Sitting:
    """Begin, or go on with what was begun by the same token or invitation.

    Raises ``Refusal('survey_closed' | 'already_answered')``, the latter for an anonymous invitation that was used.
    """
    version = taken.draft or live_of(survey)
    known = Sitting.objects.select_related("version").filter(token=taken.token, version__survey=survey).first()
    if known is not None:
        return known
    invitation = taken.invitation
    about: dict[str, Any] = {"channel": taken.channel, "segment": taken.segment[:80]}
    if invitation is not None:
        invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
        if begun := sitting_of(invitation):
            return begun
        about = _by_invitation(invitation, version)
    sitting, _is_new = Sitting.objects.get_or_create(
        token=taken.token,
        defaults={
            **about,
            "version": version,
            "names": version.names,
            "language": taken.language,
            "is_trial": taken.draft is not None,
            "at": moment_of(version.names, timezone.now()),
        },
    )
    return sitting


def _by_invitation(invitation: Invitation, version: Version) -> dict[str, Any]:
    """What is kept of whose answer it is: a name, a seal or nothing."""
    state = Invitation.State.BEGUN
    if version.names == Names.ANONYMOUS and invitation.state in {state, Invitation.State.FINISHED}:
        raise Refusal("already_answered", _("By this link somebody has answered already. We do not know what."))
    Invitation.objects.filter(pk=invitation.pk).update(state=state, ask_again_at=None, remind_at=None)
    about: dict[str, Any] = {"channel": invitation.channel, "segment": invitation.segment}
    if version.names == Names.IDENTIFIED:
        return about | {"customer_id": invitation.customer_id, "invitation": invitation}
    return about | ({"seal": seals_of([invitation.pk])[0]} if version.names == Names.CONFIDENTIAL else {})


def moment_of(names: str, at: datetime) -> datetime:
    """As it is kept: of an anonymous answer only the day."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) if names == Names.ANONYMOUS else at


# ── Page by page ──────────────────────────────────────────────────────────────────────────
@in_one
def save_page(*, sitting: Sitting, page: str, values: Mapping[str, Any]) -> Sitting:
    """Keep what was answered on a page, and go on to the next; after the last it is finished.

    What was answered on pages that other answers have led to, and these no longer do, goes. A page that is not on the
    way, and a survey that is finished, change nothing. Raises ``Refusal('answer_missing' | 'value_invalid')``.
    """
    sitting = Sitting.objects.select_for_update(of=("self",), no_key=True).select_related("version").get(pk=sitting.pk)
    survey = definition_of(sitting.version)
    told = values_of(sitting, survey)
    steps = path_to(survey, told, page)
    if sitting.is_finished or not steps or steps[-1].page.key != page:
        return sitting
    kept = _rows(sitting, steps[-1].questions, values)
    for one in steps[-1].questions:
        told.pop(one.key, None)
    told |= {row.question: values[row.question] for row in kept}
    _replace(sitting, steps[-1].questions, kept)
    _go_on(sitting, survey, page, told)
    answer_low_score(sitting=sitting, survey=survey)
    return sitting


def _rows(sitting: Sitting, questions: Sequence[Question], values: Mapping[str, Any]) -> list[Answer]:
    """Raises ``Refusal('answer_missing' | 'value_invalid')``."""
    rows: list[Answer] = []
    missing: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for one in questions:
        try:
            said = rows_of(one, values.get(one.key))
        except Refusal as refusal:
            wrong |= refusal.fields
            continue
        if one.is_required and not said:
            missing[one.key] = _("Please answer this one.")
        rows += [Answer(sitting=sitting, question=one.key, **vars(row)) for row in said]
    if wrong:
        raise Refusal("value_invalid", next(iter(wrong.values())), fields=missing | wrong)
    if missing:
        raise Refusal("answer_missing", _("Please answer what is marked."), fields=missing)
    return rows


def _replace(sitting: Sitting, questions: Sequence[Question], rows: Sequence[Answer]) -> None:
    Answer.objects.filter(sitting=sitting, question__in=[one.key for one in questions]).delete()
    Answer.objects.bulk_create(rows)


def _go_on(sitting: Sitting, survey: Definition, page: str, told: Mapping[str, Any]) -> None:
    way = list(walk(survey, told))
    place = next(at for at, step in enumerate(way) if step.page.key == page)
    sitting.asked = _keys(way[: place + 1])
    on_the_way = _keys(way)
    Answer.objects.filter(sitting=sitting).exclude(question__in=on_the_way).delete()
    sitting.is_finished = place + 1 == len(way)
    sitting.page = "" if sitting.is_finished else way[place + 1].page.key
    sitting.save(update_fields=["asked", "is_finished", "page"])
    if sitting.is_finished and sitting.invitation_id is not None:
        rows = Invitation.objects.filter(pk=sitting.invitation_id)
        rows.update(state=Invitation.State.FINISHED, ask_again_at=None, remind_at=None)


def _keys(steps: Sequence[Step]) -> list[str]:
    return [one.key for step in steps for one in step.questions]


# ── All at once ───────────────────────────────────────────────────────────────────────────
@in_one
def take_answers(
    *,
    survey: Survey,
    values: Mapping[str, Any],
    actor: Actor,
    taken: Taken,
    email: str = "",
    at: datetime | None = None,
) -> Sitting:
    """Answers that were given elsewhere, as one finished sitting; what is missing or None was not answered.

    Of a confidential or anonymous survey ``email`` is not kept, nor looked at. Raises ``Refusal('survey_closed' |
    'question_unknown' | 'value_invalid' | 'at_in_the_future')``, and what ``customers.actions.identify`` does.
    """
    require(actor, "surveys.edit")
    version = live_of(survey)
    definition = definition_of(version)
    for key in values:
        if definition.question(key) is None:
            said = _("There is no question “%(key)s”.") % {"key": key}
            raise Refusal("question_unknown", said, fields={key: said})
    now = timezone.now()
    if at is not None and at > now:
        said = _("This moment is still to come.")
        raise Refusal("at_in_the_future", said, fields={"at": said})
    customer = identify(kind="email", value=email) if email and version.names == Names.IDENTIFIED else None
    sitting = Sitting(
        version=version, names=version.names, customer=customer, token=taken.token, channel=taken.channel,
        segment=taken.segment, language=taken.language, is_finished=True, at=moment_of(version.names, at or now),
    )  # fmt: skip
    rows = [Answer(sitting=sitting, question=one.key, **vars(row)) for one in definition.questions
            for row in rows_of(one, values.get(one.key))]  # fmt: skip
    shown = _keys(list(walk(definition, {key: value for key, value in values.items() if value is not None})))
    sitting.asked = list(dict.fromkeys([*shown, *(row.question for row in rows)]))
    sitting.save(force_insert=True)
    Answer.objects.bulk_create(rows)
    answer_low_score(sitting=sitting, survey=definition)
    return sitting
