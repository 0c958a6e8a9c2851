"""Which surveys there are, and where somebody stands in one."""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.queries import customer_now
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Found, Person
from otklik.foundation.signing import seal, unseal
from otklik.foundation.versions import IN_WORK
from otklik.surveys.definition import Definition, read
from otklik.surveys.models import Answer, Invitation, Silence, Sitting, Stroke, Survey, Tally, Version
from otklik.surveys.values import value_of

_MOST_FOUND = 5
_TRIED_FOR = timedelta(days=1)
TRIAL: Final = "try-"


# ── For those who ask ─────────────────────────────────────────────────────────────────────
def surveys() -> QuerySet[Any]:
    """All of them with the number of the version that is asked (None: never published) and their finished answers."""
    live = Version.objects.filter(survey=OuterRef("pk"), state=Version.State.LIVE).values("number")
    return Survey.objects.annotate(
        live_number=Subquery(live), sittings=_sat(Tally, level=Tally.Level.ALL) + _sat(Stroke)
    )


def _sat(marks: type[Tally | Stroke], **level: int) -> Coalesce:
    rows = marks.objects.filter(version__survey=OuterRef("pk"), question="", **level).order_by()
    return Coalesce(Subquery(rows.values("version__survey").annotate(told=Sum("n")).values("told")), 0)


def survey_by_id(survey_id: int) -> Survey:
    """Raises ``Refusal('not_found')``."""
    found = Survey.objects.filter(pk=survey_id).first() if survey_id <= BigIntegerField.MAX_BIGINT else None
    if found is None:
        raise Refusal("not_found", _("There is no such survey."))
    return found


def live_of(survey: Survey) -> Version:
    """The version that is asked now. Raises ``Refusal('survey_closed')`` when nobody can answer."""
    version = Version.objects.filter(survey=survey, state=Version.State.LIVE).first()
    if version is None or survey.closed_at is not None:
        raise Refusal("survey_closed", _("This survey takes no answers now. Thank you for wanting to answer."))
    version.survey = survey
    return version


def draft_of(survey: Survey) -> Version | None:
    return Version.objects.filter(survey=survey, state__in=IN_WORK).first()


def version_to_show(survey: Survey, number: int | None = None) -> Version:
    """The version with this number, or the draft, else the one that is asked. Raises ``Refusal('not_found')``."""
    rows = Version.objects.filter(survey=survey).order_by("-number")
    found = rows.filter(number=number).first() if number is not None else rows.first()
    if found is None:
        raise Refusal("not_found", _("There is no such version."))
    return found


def definition_of(version: Version) -> Definition:
    return read(version.definition)


def published_before(survey: Survey) -> list[tuple[Definition, dict[str, int]]]:
    """What was asked so far, the newest first, with the number of each question's wording."""
    rows = Version.objects.filter(survey=survey, published_at__isnull=False).order_by("-number")
    return [(definition_of(one), one.series) for one in rows]


def names_of_surveys(ids: Collection[int]) -> Mapping[int, str]:
    return dict(Survey.objects.filter(pk__in=ids).values_list("pk", "name"))


def found(text: str, _actor: Actor) -> Sequence[Found]:
    """Surveys with these words in their name."""
    rows = Survey.objects.filter(name__icontains=text).order_by("-id")[:_MOST_FOUND]
    return [Found(title=row.name, url=reverse("surveys:survey", args=[row.pk])) for row in rows]


# ── For those who answer ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an address leads to: a survey, somebody's own invitation to it, or a draft that one of ours tries."""

    survey: Survey
    invitation: Invitation | None = None
    draft: Version | None = None


def by_link(link: str) -> Opened:
    """Raises ``Refusal('link_invalid' | 'link_expired')``."""
    if link.startswith(TRIAL):
        pk = unseal("surveys.trial", link.removeprefix(TRIAL), max_age=_TRIED_FOR)
        draft = Version.objects.select_related("survey").filter(pk=pk).first()
        if draft is None:
            raise _no_link()
        return Opened(survey=draft.survey, draft=draft)
    survey = Survey.objects.filter(link=link).first()
    return Opened(survey=survey) if survey is not None else _by_invitation(link)


def _by_invitation(token: str) -> Opened:
    rows = Invitation.objects.select_related("survey", "customer").filter(token=token, customer__erased_at=None)
    invitation = rows.first()
    if invitation is None:
        raise _no_link()
    if invitation.expires_at < timezone.now():
        raise Refusal("link_expired", _("This link has expired. Write to us, nothing is lost."))
    return Opened(survey=invitation.survey, invitation=invitation)


def _no_link() -> Refusal:
    return Refusal("link_invalid", _("This link is not complete. Open it from the letter once more."))


def trial_link(version: Version) -> str:
    """The part of an address under which one of ours tries a version for a day; nothing of that counts."""
    return TRIAL + seal("surveys.trial", version.pk)


def sitting_by_token(survey: Survey, token: str) -> Sitting:
    """Raises ``Refusal('link_invalid')``."""
    found = Sitting.objects.select_related("version").filter(version__survey=survey, token=token).first()
    if found is None:
        raise Refusal("link_invalid", _("This link no longer leads to your answers."))
    return found


def sitting_of(invitation: Invitation) -> Sitting | None:
    """What somebody has begun by their own link; never for an anonymous survey: nobody knows."""
    rows = Sitting.objects.select_related("version")
    return rows.filter(Q(invitation=invitation) | Q(seal__in=seals_of([invitation.pk]))).first()


def values_of(sitting: Sitting, survey: Definition) -> dict[str, Any]:
    """All that they have answered so far, by question."""
    kept: dict[str, list[Answer]] = {}
    for row in Answer.objects.filter(sitting=sitting).order_by("id"):
        kept.setdefault(row.question, []).append(row)
    return {one.key: value_of(one, kept[one.key]) for one in survey.questions if one.key in kept}


# ── Of one person ─────────────────────────────────────────────────────────────────────────
def seals_of(invitations: Collection[int]) -> list[str]:
    """The seals of answers to these invitations, the one of today's key first: a word that only the house can make."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_seal(key, pk) for pk in invitations for key in keys]


def _seal(key: str, pk: int) -> str:
    return hmac.new(key.encode(), f"surveys.confidential:{pk}".encode(), hashlib.sha256).hexdigest()


def invitations_of(customer_id: int) -> QuerySet[Invitation]:
    return Invitation.objects.filter(Q(customer_id=customer_id) | Q(customer_id__in=customer_now(customer_id)))


def answers_of(person: Person) -> dict[str, Any]:
    """What the person answered where the house can know it, and of what they do not want to be asked."""
    asked = list(Invitation.objects.filter(customer_id=person.customer_id).values_list("pk", flat=True))
    theirs = Q(sitting__customer_id=person.customer_id) | Q(sitting__seal__in=seals_of(asked))
    rows = Answer.objects.filter(theirs).order_by("id")
    answers = rows.values(
        "sitting__version__survey__name", "question", "part", "number", "expected", "choices", "words", "sitting__at"
    )
    silent = Silence.objects.filter(customer_id=person.customer_id).order_by("id")
    return {"survey_answers": list(answers), "survey_silences": list(silent.values("family", "until", "at"))}
