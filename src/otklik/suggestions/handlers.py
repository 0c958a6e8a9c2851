"""What suggestions do when something happens."""

from otklik.cases.events import CaseEdited, CaseMerged, CaseOpened
from otklik.cases.models import Case, CaseKind
from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.suggestions.actions import hear_praise, move_cases, move_voices, tell_one, voices_to_tell
from otklik.suggestions.events import EveryoneTold


@on(EveryoneTold)
def tell_each_of_them(happened: EveryoneTold) -> None:
    for voice_id in voices_to_tell(telling_id=happened.telling_id):
        tell_one(voice_id=voice_id)


@on(CustomersMerged, while_off=True)
def bring_their_voices_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_voices(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)


@on(CaseMerged, while_off=True)
def bring_what_was_said_along(happened: CaseMerged) -> None:
    move_cases(from_case_id=happened.from_case_id, to_case_id=happened.case_id or 0)


@on(CaseOpened, when=lambda happened: happened.kind == CaseKind.THANKS and not happened.is_history)
def hear_kind_words(happened: CaseOpened) -> None:
    _hear(happened.case_id or 0)


@on(CaseEdited, when=lambda happened: "kind" in happened.fields)
def hear_that_these_were_kind_words(happened: CaseEdited) -> None:
    _hear(happened.case_id or 0)


def _hear(case_id: int) -> None:
    case = Case.objects.select_related("owner", "team").filter(pk=case_id, kind=CaseKind.THANKS).first()
    if case is not None and case.state != Case.State.SPAM:
        hear_praise(case=case)
