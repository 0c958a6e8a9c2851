"""What promises do when something happens below."""

from otklik.cases.events import Answered, AnswerLost, CaseMerged, Replied
from otklik.foundation.events.announcing import on
from otklik.foundation.policies import PoliciesChanged, is_held_back, policy
from otklik.promises.actions import (
    bring_together,
    give_word,
    look_again,
    lose_word,
    mail_notice,
    offer_promise,
)
from otklik.promises.events import Warned


@on(Warned)
def write_to_the_colleague(happened: Warned) -> None:
    """What stands among their alerts comes by e-mail, too, unless the house wants none. Written once."""
    if policy("promises.by_mail") and not is_held_back():
        mail_notice(notice_id=happened.notice_id)


@on(PoliciesChanged, when=lambda happened: any(name.startswith("promises.") for name in happened.names))
def tell_by_the_new_shares(_happened: PoliciesChanged) -> None:
    look_again()


@on(Replied)
def hear_what_is_promised(happened: Replied) -> None:
    offer_promise(letter_id=happened.message_id)


@on(Answered)
def note_the_word(happened: Answered) -> None:
    give_word(case_id=happened.case_id or 0, customer_id=happened.customer_id, letter_id=happened.message_id)


@on(AnswerLost)
def ask_for_the_word_again(happened: AnswerLost) -> None:
    lose_word(case_id=happened.case_id or 0, customer_id=happened.customer_id, letter_id=happened.message_id)


@on(CaseMerged)
def bring_what_broke_together(happened: CaseMerged) -> None:
    bring_together(from_case_id=happened.from_case_id, case_id=happened.case_id or 0)
