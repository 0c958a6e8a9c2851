"""What customers said is taken into the dictionary's sight: by a worker, some at a time, never as a letter arrives."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from otklik.cases.models import HISTORY, Case
from otklik.complaints.models import Complaint
from otklik.foundation.in_use import is_in_use
from otklik.reach.models import Message
from otklik.surveys.models import Answer, Names
from otklik.topics.actions.dictionary import LONGEST
from otklik.topics.models import Text

LOOKS_BACK: Final = timedelta(days=400)
_AT_ONCE: Final = 500
_HALF_SAID: Final = timedelta(days=1)


def read_new_texts(*, most: int = _AT_ONCE) -> int:
    """Take in what was said and stands nowhere yet, the newest first, at most so many of each kind; returns how many.

    Spam, what was merged and what came from an old mailbox is not read.
    """
    found = _of_cases(_unread_cases()[:most])
    found += _of_complaints(most) if is_in_use("complaints") else []
    found += _of_answers(most) if is_in_use("surveys") else []
    Text.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def read_case(case: Case) -> Text | None:
    """How a case began, read now if it is not yet; None for what is not read."""
    texts = Text.objects.filter(case=case, source=Text.Source.CASE).select_related("case")
    if (known := texts.first()) is not None:
        return known
    Text.objects.bulk_create(_of_cases(_unread_cases().filter(pk=case.pk)), ignore_conflicts=True)
    return texts.first()


def _unread_cases() -> QuerySet[Case]:
    read = Text.objects.filter(case=OuterRef("pk"), source=Text.Source.CASE)
    rows = Case.objects.exclude(state=Case.State.SPAM).exclude(custom__has_any_keys=["merged_into", HISTORY])
    rows = rows.filter(~Exists(read), created_at__gte=timezone.now() - LOOKS_BACK)
    return rows.only("id", "subject", "created_at").order_by("-id")


def _of_cases(cases: Iterable[Case]) -> list[Text]:
    rows = list(cases)
    said = _first_words([row.pk for row in rows])
    return [
        Text(source=Text.Source.CASE, case=row, at=row.created_at, words=_together(row.subject, said.get(row.pk, "")))
        for row in reversed(rows)
    ]


def _first_words(case_ids: list[int]) -> Mapping[int, str]:
    """The customer's own first words of each case; what only a machine wrote is nobody's word."""
    heard = Message.objects.filter(
        conversation__thread__case__in=case_ids, direction=Message.Direction.IN, automatic_because=""
    )
    first = heard.order_by("conversation__thread__case_id", "id").distinct("conversation__thread__case_id")
    return dict(first.values_list("conversation__thread__case_id", "text"))


def _together(heading: str, words: str) -> str:
    """A subject that only repeats the words says nothing more."""
    heading, words = " ".join(heading.split()), " ".join(words.split())
    if not words or heading.lower().rstrip(".!?… ") in words.lower():
        return words[:LONGEST]
    return f"{heading}. {words}"[:LONGEST]


def _of_complaints(most: int) -> list[Text]:
    read = Text.objects.filter(complaint=OuterRef("pk"))
    rows = Complaint.objects.filter(~Exists(read), received_at__gte=timezone.now() - LOOKS_BACK, is_forgotten=False)
    rows = rows.exclude(case__state=Case.State.SPAM).order_by("-id")
    return [
        Text(
            source=Text.Source.COMPLAINT,
            complaint=row,
            case_id=row.case_id,
            at=row.received_at,
            words=_together(row.remedy_sought, row.happened) or row.remedy_sought[:LONGEST],
        )
        for row in reversed(rows[:most])
    ]


def _of_answers(most: int) -> list[Text]:
    """Of sittings that are over. Words without a name are read the day after, in no order that tells whose they are."""
    now = timezone.now()
    read = Text.objects.filter(answer=OuterRef("pk"))
    over = Q(sitting__is_finished=True) | Q(sitting__at__lt=now - _HALF_SAID)
    named = Q(sitting__names=Names.IDENTIFIED) | Q(sitting__at__lt=now - 2 * _HALF_SAID)
    rows = Answer.objects.filter(~Exists(read), over, named, sitting__is_trial=False, sitting__at__gte=now - LOOKS_BACK)
    rows = rows.exclude(words="").select_related("sitting").order_by("sitting_id", "id")
    return [
        Text(source=Text.Source.SURVEY, answer=row, at=row.sitting.at, words=" ".join(row.words.split())[:LONGEST])
        for row in rows[:most]
    ]
