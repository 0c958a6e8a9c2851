"""What suggestions do when something happens."""

from otklik.cases.events import CaseMerged
from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.suggestions.actions import move_cases, move_voices, tell_one, voices_to_tell
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
