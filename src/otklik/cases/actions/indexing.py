"""How a case is found by its own words; and finding all of them anew when ``foundation.text.language`` has changed."""

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from otklik.cases.models import Case, CaseConversation
from otklik.foundation.database.transactions import in_one
from otklik.foundation.text.language import VERSION, searchable
from otklik.reach.actions.words import vector


def case_vector(subject: str, name: str, address: str) -> SearchVector:
    return vector(subject, name, address)


_STORE = """
    UPDATE cases_case SET search = to_tsvector('simple', found.words), search_version = %s
    FROM unnest(%s::bigint[], %s::text[]) AS found (id, words)
    WHERE cases_case.id = found.id AND cases_case.search IS NOT NULL
"""


@in_one
def derive_cases_anew(*, before: int, most: int) -> tuple[int, int]:
    """Up to ``most`` cases below an id, newest first, whose derivation is older than the present one.

    Returns how many and the id to go on below (0 at the end). What an erasure has blanked stays blank.
    """
    first = CaseConversation.objects.filter(case_id=OuterRef("pk")).order_by("id").values("conversation__address")[:1]
    old = Case.objects.filter(pk__lt=before, search_version__lt=VERSION, search__isnull=False).order_by("-id")
    rows = list(
        old.select_for_update(of=("self",), no_key=True)
        .annotate(name=F("customer__name"), address=Coalesce(Subquery(first), Value("")))
        .values_list("id", "subject", "name", "address")[:most]
    )
    words = [searchable(*texts) for _pk, *texts in rows]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [VERSION, [row[0] for row in rows], words])
    return len(rows), rows[-1][0] if len(rows) == most else 0
