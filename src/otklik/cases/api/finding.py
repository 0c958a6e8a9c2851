"""Full-text search of cases for programs."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from otklik.cases.models import Case, CaseConversation
from otklik.foundation.language import query_lemmas
from otklik.reach.models import Message


def matching(rows: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Cases in which every word asked occurs, in any of its forms: in the case itself or in one of its messages."""
    lemmas = query_lemmas(words)
    if not lemmas:
        return rows.none()
    query = SearchQuery(
        " & ".join(f"({' | '.join(map(_quoted, group))})" for group in lemmas), config="simple", search_type="raw"
    )
    said = Message.objects.filter(search=query).values("conversation_id")
    return rows.filter(
        Q(search=query) | Q(pk__in=CaseConversation.objects.filter(conversation__in=said).values("case_id"))
    )


def _quoted(lemma: str) -> str:
    return "'" + lemma.replace("'", "") + "'"
