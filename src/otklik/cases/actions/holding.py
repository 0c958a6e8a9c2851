"""Lock and look: nothing is done to a case as it was a moment ago, nor over a word that nobody has read."""

from typing import Final, Unpack

from django.utils.translation import gettext as _

from otklik.cases.models import Case, CustomersWord
from otklik.cases.queries import Seen, has_news, require_case, where_it_went
from otklik.foundation.actors import Actor
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.errors import Refusal
from otklik.team.queries import team_by_id

_CHANGING: Final = (
    "state", "customer_id", "team_id", "owner_id", "deputy_id", "kind", "standard_version_id", "custom", "summary",
    "waits_for", "word_id", "came_back", "reminders", "is_undelivered", "asked_at", "first_answer_by",
    "first_answered_at", "next_word_by", "next_word_since", "word_given_at", "solution_by", "solution_since", "rests",
    "promised", "due_at", "last_word_at", "solved_at", "closed_at", "created_at", "priority",
    "tags", "organization_id", "channel",
)  # fmt: skip

_held = Compiled(lambda: Case.objects.select_for_update(no_key=True).filter(pk=Given("case")).values_list(*_CHANGING))


def hold(case: Case, *, actor: Actor, permission: str, even_spam: bool = False, **seen: Unpack[Seen]) -> None:
    """Hold the case until the end of the transaction; ``case`` then says how it stands now.

    Raises ``Refusal('not_found' | 'not_allowed')``, ``Refusal('changed_meanwhile')`` when somebody has written, or the
    customer has pressed a button, since; and ``Refusal('is_spam')`` for what the customer would hear of, unless it may
    be done ``even_spam``.
    """
    _refresh(case)
    require_case(actor, permission, case)
    if not even_spam:
        check_no_spam(case)
    check_nothing_new(case, **seen)


def check_no_spam(case: Case) -> None:
    """Raises ``Refusal('is_spam')``: nobody is written to about a case that was called spam."""
    if case.state == Case.State.SPAM:
        raise Refusal("is_spam", _("This case is marked as spam. Say first that it is not."))


def check_nothing_new(case: Case, **seen: Unpack[Seen]) -> None:
    """Raises ``Refusal('changed_meanwhile')``; to be asked once the case is held."""
    message_id, word_id = seen.get("seen_message_id"), seen.get("seen_word_id")
    has_words = word_id is not None and CustomersWord.objects.filter(case=case, pk__gt=word_id).exists()
    if has_words or (message_id is not None and has_news(case, after=message_id)):
        text = _("Something new was written here meanwhile. Read it first; your text is kept.")
        raise Refusal("changed_meanwhile", text)


def held(case: Case) -> Case:
    """The same for what happens by itself: the case as it is now; one that was merged away leads to where it went."""
    _refresh(case)
    if "merged_into" in case.custom:
        return held(Case.objects.defer("search").get(pk=where_it_went(case)))
    case.team = team_by_id(case.team_id)
    return case


def _refresh(case: Case) -> None:
    [row] = _held(case=case.pk)
    for name, value in zip(_CHANGING, row, strict=True):
        setattr(case, name, value)
