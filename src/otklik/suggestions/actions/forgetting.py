"""What is forgotten with a person, and what follows people and cases that turned out to be one."""

from django.db.models import Exists, OuterRef

from otklik.foundation.database.transactions import in_one
from otklik.foundation.manifest import Person
from otklik.suggestions.actions.merging import join_voices
from otklik.suggestions.actions.record import index
from otklik.suggestions.models import Link, Praise, Suggestion, Thanked, Voice, Word


@in_one
def forget_suggestions(person: Person) -> None:
    """Their words go and their voices have no name any more; they still count. Asked twice it finds nothing.

    A title made of their words goes, too; what stands on the board somebody of ours has worded and approved.
    """
    voices = Voice.objects.filter(customer_id=person.customer_id)
    theirs = Exists(voices.filter(suggestion=OuterRef("pk")))
    titled = list(Suggestion.objects.filter(theirs, is_theirs=True).exclude(title=""))
    Suggestion.objects.filter(pk__in=[row.pk for row in titled]).update(title="")
    Word.objects.filter(voice__in=voices).update(text="", key="")
    cases = Praise.objects.filter(case__customer_id=person.customer_id)
    cases.update(words="", shown_words="", shown_at=None, shown_by=None)
    voices.update(customer=None, helped_words="")
    for row in titled:
        row.title = ""
        index(row)


@in_one
def move_voices(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person, who has one voice for each suggestion."""
    for voice in Voice.objects.filter(customer_id=from_customer_id).order_by("id"):
        there = Voice.objects.filter(customer_id=to_customer_id, suggestion_id=voice.suggestion_id).first()
        if there is None:
            Voice.objects.filter(pk=voice.pk).update(customer_id=to_customer_id)
        else:
            join_voices(voice, there)
    known = Thanked.objects.filter(customer_id=to_customer_id, reason=OuterRef("reason"), source=OuterRef("source"))
    Thanked.objects.filter(~Exists(known), customer_id=from_customer_id).update(customer_id=to_customer_id)


@in_one
def move_cases(*, from_case_id: int, to_case_id: int) -> None:
    """What was said in a case, or linked with it, goes where the case went."""
    Word.objects.filter(case_id=from_case_id).update(case_id=to_case_id)
    there = Link.objects.filter(case_id=to_case_id).values("suggestion_id")
    Link.objects.filter(case_id=from_case_id, suggestion_id__in=there).delete()
    Link.objects.filter(case_id=from_case_id).update(case_id=to_case_id)
