"""What one person suggested, and what became of it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from otklik.customers.queries import customer_now
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person
from otklik.foundation.signing import seal, unseal
from otklik.suggestions.models import Praise, Thanked, Voice, Word

LINK_LIVES = timedelta(days=365)
_MOST = 100


def voices_of_customer(customer_id: int) -> QuerySet[Any]:
    """Their suggestions, the newest first, each with its ``source`` and the ``words`` that they used."""
    first = Word.objects.filter(voice=OuterRef("pk")).order_by("id")
    rows = Voice.objects.filter(customer_id=customer_id).select_related(
        "suggestion__duplicate_of", "suggestion__answered_by"
    )
    rows = rows.annotate(
        source=Subquery(first.values("source")[:1]),
        own_words=Subquery(first.values("text")[:1]),
        voice_count=Count("suggestion__voices"),
    )
    return rows.order_by("-at", "-id")[:_MOST]


def voice_link(voice: Voice) -> str:
    """The address in our letter on which they say whether the change helped; fixed by contract, so it lives here."""
    return f"{settings.BASE_URL}/idea/{seal('suggestions.voice', [voice.pk, voice.customer_id])}/"


def voice_by_link(link: str) -> Voice:
    """Raises ``Refusal('link_invalid' | 'link_expired')``, also once the customer is erased."""
    value = unseal("suggestions.voice", link, max_age=LINK_LIVES)
    voice_id, customer_id = value
    voices = Voice.objects.select_related("suggestion", "customer", "telling")
    theirs = Q(customer_id=customer_id) | Q(customer_id__in=customer_now(customer_id))
    voice = voices.filter(theirs, customer__erased_at=None, pk=voice_id).first()
    if voice is None:
        raise Refusal("link_invalid", _("This link no longer leads to a suggestion."))
    return voice


def suggestions_of(person: Person) -> dict[str, Any]:
    """As it is taken out with the person's data."""
    voices = Voice.objects.filter(customer_id=person.customer_id).order_by("id")
    words = Word.objects.filter(voice__in=voices).order_by("id")
    told = ("suggestion_id", "suggestion__title", "suggestion__state", "at", "told_at", "helped", "helped_words")
    praise = Praise.objects.filter(case__customer_id=person.customer_id).order_by("id")
    thanked = Thanked.objects.filter(customer_id=person.customer_id).order_by("id")
    return {
        "kind_words": list(praise.values("case_id", "words", "may_be_shown", "shown_words", "at")),
        "thanked_for": list(thanked.values("reason", "case_id", "at")),
        "suggestions": list(voices.values(*told)),
        "suggestion_words": list(words.values("voice__suggestion_id", "text", "source", "case_id", "at")),
    }
