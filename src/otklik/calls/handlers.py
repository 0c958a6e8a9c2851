"""What calls do when something happens below."""

from otklik.calls.actions import bring_together, close_call_backs
from otklik.cases.events import CaseMerged, PromiseKept, PromiseWithdrawn
from otklik.cases.models import Case
from otklik.cases.vows import VowKind
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import on


@on(PromiseKept, when=lambda happened: happened.kind == VowKind.CALL_BACK)
def owe_no_call_any_longer(happened: PromiseKept) -> None:
    """Somebody said on the page of the case that the customer was called."""
    close_call_backs(case=Case.objects.get(pk=happened.case_id or 0), actor=SYSTEM)


@on(PromiseWithdrawn, when=lambda happened: happened.kind == VowKind.CALL_BACK)
def owe_what_was_withdrawn_no_longer(happened: PromiseWithdrawn) -> None:
    close_call_backs(case=Case.objects.get(pk=happened.case_id or 0), actor=SYSTEM)


@on(CaseMerged)
def bring_calls_together(happened: CaseMerged) -> None:
    bring_together(from_case_id=happened.from_case_id, case_id=happened.case_id or 0)
