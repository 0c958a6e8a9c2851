"""«Call me»: a visitor of the site chooses an hour, and it is promised."""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.calls.events import CallOwed
from otklik.calls.models import CallBack
from otklik.calls.queries import call_me_slots, case_of_wish, is_known_number
from otklik.calls.slots import Slot
from otklik.calls.values import Because, Way
from otklik.cases.actions import make_promise, open_for_customer
from otklik.cases.models import Case
from otklik.cases.vows import VowKind
from otklik.customers.actions import identify, meet_stranger, normalise
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.text.language import language_of


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who wants to be called, when and about what. ``once``: the same for a form that is sent twice."""

    phone: str
    slot: str
    about: str
    once: str
    name: str = ""


def ask_for_call(*, wish: Wish) -> Case:
    """A case with an owner, and a promise to call within the chosen half hour. Sent twice it is one.

    A typed number joins nobody: whoever it belongs to in our files, this is somebody new until an agent has spoken with
    them. Raises ``Refusal('phone_invalid' | 'slot_gone' | 'text_missing')``.
    """
    phone = normalise("phone", wish.phone)
    external_id = _external_id(wish, phone)
    known = case_of_wish(external_id)
    if known is not None:
        return known
    slot = next((one for one in call_me_slots() if one.key == wish.slot), None)
    if slot is None:
        text = _("This hour has just been taken. Choose another one, please.")
        raise Refusal("slot_gone", text, fields={"slot": text})
    try:
        return _promise(wish, phone, slot, external_id)
    except IntegrityError:
        known = case_of_wish(external_id)
        if known is None:
            raise
        return known


def _external_id(wish: Wish, phone: str) -> str:
    print_of = hashlib.sha256("\0".join((wish.once, phone, wish.about)).encode()).hexdigest()
    return f"call-me:{print_of[:40]}"


@transaction.atomic
def _promise(wish: Wish, phone: str, slot: Slot, external_id: str) -> Case:
    customer = _who(wish, phone)
    case, _word = open_for_customer(
        customer=customer,
        subject=_("Asks for a call"),
        text=wish.about,
        actor=Actor(kind=ActorKind.CUSTOMER, pk=customer.pk),
        inbox_kind="form",
        channel=Way.PHONE,
        external_id=external_id,
    )
    make_promise(case=case, actor=SYSTEM, kind=VowKind.CALL_BACK, by=slot.until, about=_("chose the hour on the site"))
    row = CallBack.objects.create(case=case, because=Because.ASKED, phone=phone, slot_from=slot.start)
    announce(CallOwed(case_id=case.pk, customer_id=customer.pk, call_back_id=row.pk, because=row.because), actor=SYSTEM)
    return case


def _who(wish: Wish, phone: str) -> Customer:
    language = translation.get_language() or language_of(wish.about)
    if is_known_number(phone):
        return meet_stranger(name=wish.name, language=language)
    return identify(kind="phone", value=phone, name=wish.name, language=language)
