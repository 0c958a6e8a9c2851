"""What somebody does in the help centre during one visit. A visit is a random key, never a person."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from otklik.foundation.database.transactions import in_one
from otklik.foundation.manifest import Person
from otklik.knowledge.models import Article, Feedback, Place, Reading, Search, SelfService, Version

ONE_VISIT = timedelta(minutes=30)
"""The same question or article again within this time is the same look, not a second one."""

VISITS_KEPT = timedelta(days=390)
"""A little longer than figures may look back (366 days); the page about data says 13 months."""

_ERASED = "erased-"
_NOBODY = Concat(Value(_ERASED), Cast(F("id"), TextField()))
_LONGEST_WORDS, _LONGEST_MISSING = 300, 4_000


def new_visitor() -> str:
    """A key for one visit; it says nothing about who comes."""
    return secrets.token_hex(16)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to the help centre. ``visitor``: '' when nothing may be remembered about the visit."""

    words: str
    place: Place
    language: str = ""
    brand_id: int | None = None
    visitor: str = ""


def note_search(asked: Asked, *, found: int, is_answered: bool, top_id: int | None = None) -> Search:
    """Remember what was asked and whether we had an answer; the same words again in one visit are one search."""
    words = " ".join(asked.words.split())[:_LONGEST_WORDS]
    result = {"found": found, "is_answered": is_answered, "top_id": top_id}
    if asked.visitor:
        last = Search.objects.filter(visitor=asked.visitor, at__gte=timezone.now() - ONE_VISIT).order_by("-id").first()
        if last is not None and last.words.lower() == words.lower() and last.case_id is None:
            Search.objects.filter(pk=last.pk).update(**result)
            return last
    return Search.objects.create(
        words=words,
        language=asked.language,
        brand_id=asked.brand_id,
        place=asked.place,
        visitor=asked.visitor,
        **result,
    )


def note_opened(*, search_id: int, visitor: str, article: Article) -> None:
    """An article was opened from what this search showed; only the visit that searched can say so."""
    if visitor:
        Search.objects.filter(pk=search_id, visitor=visitor).update(opened=article)


def note_reading(*, article: Article, place: Place, visitor: str = "") -> bool:
    """Somebody reads an article; again within half an hour is the same reading. Returns whether it counted."""
    since = timezone.now() - ONE_VISIT
    if visitor and Reading.objects.filter(visitor=visitor, article=article, at__gte=since).exists():
        return False
    Reading.objects.create(article=article, place=place, visitor=visitor)
    return True


@in_one
def say_helpful(*, version: Version, visitor: str, is_helpful: bool, missing: str = "") -> Feedback:
    """The reader's word about one version; a second word of the same visit corrects the first, words are kept."""
    said: dict[str, object] = {"is_helpful": is_helpful}
    if missing.strip():
        said |= {"missing": missing.strip()[:_LONGEST_MISSING], "settled_at": None}
    feedback, _new = Feedback.objects.update_or_create(
        version=version, visitor=visitor, defaults=said, create_defaults={**said, "article_id": version.article_id}
    )
    return feedback


def say_solved(*, article: Article, place: Place, visitor: str) -> bool:
    """Somebody about to write to us says that this article solved it; once a visit. Returns whether it is new."""
    _success, is_new = SelfService.objects.get_or_create(article=article, visitor=visitor, defaults={"place": place})
    return is_new


@in_one
def join_case(*, visitor: str, case_id: int) -> None:
    """What this visit searched and read so far led to this case, so that it need not be told again."""
    if not visitor:
        return
    for rows in (Search.objects, Reading.objects):
        rows.filter(visitor=visitor, case_id=None).update(case_id=case_id)


@in_one
def forget_visits(person: Person) -> None:
    """An erased person leaves no trail: their questions and words go, what was read stays as a bare count."""
    case_ids = person.cases
    visitors = set(Search.objects.filter(case_id__in=case_ids).values_list("visitor", flat=True))
    visitors |= set(Reading.objects.filter(case_id__in=case_ids).values_list("visitor", flat=True))
    visitors.discard("")
    Search.objects.filter(case_id__in=case_ids).delete()
    Search.objects.filter(visitor__in=visitors).delete()
    Reading.objects.filter(case_id__in=case_ids).update(case_id=None, visitor="")
    Reading.objects.filter(visitor__in=visitors).update(visitor="")
    Feedback.objects.filter(visitor__in=visitors).update(visitor=_NOBODY, missing="")
    SelfService.objects.filter(visitor__in=visitors).update(visitor=_NOBODY)


@in_one
def forget_old_visits(now: datetime) -> None:
    """What is older than any figure may ask for goes; cases keep their trail, articles their readers' words.

    Those stay without the key of the visit.
    """
    old = Q(at__lt=now - VISITS_KEPT)
    for rows in (Search.objects, Reading.objects):
        rows.filter(old, case_id=None).delete()
        rows.filter(old).exclude(visitor="").update(visitor="")
    SelfService.objects.filter(old).delete()
    Feedback.objects.filter(old).exclude(visitor__startswith=_ERASED).update(visitor=_NOBODY)
