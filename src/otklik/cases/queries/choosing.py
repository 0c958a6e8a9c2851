"""What a person who works on cases may choose from."""

from datetime import timedelta

from django.utils import timezone

from otklik.cases import labels
from otklik.cases.models import Case, titled
from otklik.cases.queries.lists import SPAM
from otklik.cases.queries.sight import visible_to
from otklik.foundation.actors import Actor

_MOST = 100


def tags_in_use(actor: Actor) -> list[str]:
    """Tags of the cases changed last, most used first: what a person may want to choose from."""
    since = timezone.now() - timedelta(days=90)
    recent = visible_to(actor).filter(~SPAM, updated_at__gte=since).exclude(tags=[]).order_by("-updated_at")
    found: dict[str, int] = {}
    for tags in recent.values_list("tags", flat=True)[:500]:
        for tag in tags:
            found[tag] = found.get(tag, 0) + 1
    return sorted(found, key=lambda tag: (-found[tag], tag))[:60]


def others_to_merge(case: Case, actor: Actor) -> list[tuple[int, str]]:
    """Number and words of the same customer's other cases in sight, the newest word first."""
    rows = visible_to(actor).filter(~SPAM, customer_id=case.customer_id).exclude(pk=case.pk)
    rows = rows.exclude(custom__has_key="merged_into").order_by("-last_word_at")
    return [
        (pk, f"№ {pk} · {titled(subject)}, {labels.STATES[state].text}")
        for pk, subject, state in rows.values_list("pk", "subject", "state")[:_MOST]
    ]
