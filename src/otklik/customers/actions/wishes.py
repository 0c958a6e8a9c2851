"""How a person likes to be served: written by colleagues or by themselves, joined, forgotten."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.customers.events import WishesChanged
from otklik.customers.manner import FIELDS, name_for
from otklik.customers.models import Customer, Wishes, is_a_name
from otklik.customers.queries import newest_wishes
from otklik.customers.sight import not_found, require_customer
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


@dataclass(frozen=True, kw_only=True)
class Wished:
    """What somebody writes down, '' and nothing for what is not said; codes are those of ``Wishes``."""

    pace: str = ""
    channel: str = ""
    form: str = ""
    called_as: str = ""
    needs: list[str] = field(default_factory=list)
    own_words: str = ""
    upset: str = ""


@transaction.atomic
def write_wishes(*, customer: Customer, actor: Actor, wished: Wished, was: int | None = None) -> Wishes | None:
    """Write down how this person likes to be served; what holds then, None while nothing was ever said.

    Customers write about themselves. ``was``: the number that was read before, 0 for none, None to overwrite whatever
    holds. Raises ``Refusal('customer_gone' | 'changed_meanwhile' | 'wishes_contradict' | 'patronymic_missing' |
    'name_invalid')``.
    """
    if not (actor.is_customer and actor.pk == customer.pk):
        require_customer(actor, "customers.edit", customer)
    held = Customer.objects.select_for_update().filter(pk=customer.pk).first()
    if held is None:
        raise not_found()
    if held.erased_at or held.merged_into_id:
        raise Refusal("customer_gone", _("This record was erased or merged with another one."))
    before = newest_wishes(customer.pk)
    if was is not None and was != (before.number if before else 0):
        raise Refusal("changed_meanwhile", _("Somebody else has written here meanwhile. Compare, and save again."))
    values = _checked(wished, held)
    changed = _changed(before, values)
    if not changed:
        return before
    now = _write(held, values, actor, number=before.number + 1 if before else 1)
    Customer.objects.filter(pk=held.pk).update(addressed_as=now.called_as)
    _announce(held, changed, actor)
    return now


def _checked(wished: Wished, customer: Customer) -> dict[str, Any]:
    """The values to keep. Raises ``Refusal('wishes_contradict' | 'patronymic_missing' | 'name_invalid')``."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(wished).items()}
    values["needs"] = [code for code in Wishes.Need.values if code in wished.needs]
    if values["channel"] == Wishes.Channel.PHONE and Wishes.Need.NO_PHONE in values["needs"]:
        text = _("Calls are chosen and unwanted at once. Leave one of the two.")
        raise Refusal("wishes_contradict", text, fields={"channel": text})
    if values["called_as"] and not is_a_name(values["called_as"]):
        text = _("Write a name only, for example “Olga Sergeevna”.")
        raise Refusal("name_invalid", text, fields={"called_as": text})
    values["called_as"] = values["called_as"] or _name(values["form"], customer)
    if values["form"] == Wishes.Form.PATRONYMIC and not values["called_as"]:
        text = _("The patronymic is not known yet. Write the name and the patronymic here.")
        raise Refusal("patronymic_missing", text, fields={"called_as": text})
    return values


def _name(form: str, customer: Customer) -> str:
    name = name_for(form, customer.name)
    return name if is_a_name(name) else ""


def _changed(before: Wishes | None, values: Mapping[str, Any]) -> list[str]:
    nothing = Wishes(needs=[])
    return [name for name in FIELDS if getattr(before or nothing, name) != values[name]]


def _write(customer: Customer, values: Mapping[str, Any], actor: Actor, *, number: int) -> Wishes:
    author = {"agent_id": actor.pk, "agent_name": actor.name} if actor.is_agent else {}
    wishes = Wishes.objects.create(customer=customer, number=number, **values, **author)
    wishes.refresh_from_db(fields=["at"])
    return wishes


def _announce(customer: Customer, changed: list[str], actor: Actor) -> None:
    fields = [f"wish_{name}" for name in changed]
    announce(WishesChanged(customer_id=customer.pk, fields=fields), actor=actor)


def join_wishes(*, into: Customer, other: Customer, actor: Actor) -> str:
    """Two records were one person: what one of them does not say is taken from the other. What to call them then.

    The merged record keeps nothing of it. Both rows of customers are locked by the caller.
    """
    ours, theirs = newest_wishes(into.pk), newest_wishes(other.pk)
    if theirs is None:
        return into.addressed_as
    if ours is None:
        Wishes.objects.filter(customer=other).update(customer=into)
        return theirs.called_as
    values = {name: getattr(ours, name) or getattr(theirs, name) for name in FIELDS}
    named = ours if ours.form or ours.called_as else theirs
    values |= {"form": named.form, "called_as": named.called_as}
    values["needs"] = [code for code in Wishes.Need.values if code in {*ours.needs, *theirs.needs}]
    for words in ("own_words", "upset"):
        both = dict.fromkeys(filter(None, (getattr(ours, words), getattr(theirs, words))))
        values[words] = "; ".join(both)[:500]
    if Wishes.Need.NO_PHONE in values["needs"] and values["channel"] == Wishes.Channel.PHONE:
        values["channel"] = ""
    Wishes.objects.filter(customer=other).delete()
    if changed := _changed(ours, values):
        _write(into, values, actor, number=ours.number + 1)
        _announce(into, changed, actor)
    return str(values["called_as"])


def follow_the_name(*, customer: Customer, was: str, actor: Actor) -> None:
    """What our letters call them follows a corrected name, as far as it had been taken from the name."""
    held = newest_wishes(customer.pk)
    if held is None or not held.form or held.called_as != name_for(held.form, was):
        return
    name = _name(held.form, customer)
    if not name or name == held.called_as:
        return
    _write(customer, {one: getattr(held, one) for one in FIELDS} | {"called_as": name}, actor, number=held.number + 1)
    Customer.objects.filter(pk=customer.pk).update(addressed_as=name)
    _announce(customer, ["called_as"], actor)


def forget_wishes(*, customer_id: int) -> None:
    """With its history, and with what our letters called them. Safe to run twice."""
    Wishes.objects.filter(customer_id=customer_id).delete()
    Customer.objects.filter(pk=customer_id).update(addressed_as="")
