"""A case turns out to be somebody else's: it changes hands, and who had it sees no more of it than is decided."""

from typing import Any, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import hold
from otklik.cases.actions.indexing import case_vector
from otklik.cases.actions.serving import follow_with_promises
from otklik.cases.events import CustomerChanged
from otklik.cases.models import Case, FormerCustomer
from otklik.cases.queries import Seen, check_goes_on, conversation_ids, said_last_in
from otklik.customers.models import Customer
from otklik.customers.queries import contact_points, email_of
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.text.language import VERSION
from otklik.reach.actions import hand_conversations


@in_one
def change_customer(*, case: Case, actor: Actor, to: Customer, may_see_own: bool = False, **seen: Unpack[Seen]) -> None:
    """Give the case to the customer whose it is: answers go to them from now on, and they are told who serves them.

    ``may_see_own``: whether the former customer may still see, by the link in their letters, what they said themselves
    and what they were answered until now; of what comes later they see nothing in any case. The new customer sees on
    their page nothing that the former one said. Raises ``Refusal('not_found' | 'not_allowed' | 'merged_already' |
    'same_customer' | 'customer_gone' | 'changed_meanwhile')``.
    """
    require(actor, "customers.edit")
    hold(case, actor=actor, permission="cases.edit", **seen)
    check_goes_on(case)
    to = _living(to)
    former = case.customer_id
    if to.pk == former:
        text = _("It is their case already.")
        raise Refusal("same_customer", text, fields={"customer": text})
    last = said_last_in(case)
    _give(case, to, actor)
    FormerCustomer.objects.filter(case=case, customer_id__in=[former, to.pk]).delete()
    if may_see_own:
        FormerCustomer.objects.create(case=case, customer_id=former, until_message_id=last)
    happened = CustomerChanged(
        case_id=case.pk, customer_id=to.pk, from_customer_id=former, may_see_own=may_see_own, since_message_id=last
    )
    announce(happened, actor=actor)


def _living(customer: Customer) -> Customer:
    """Their row, held: nobody merges or erases them meanwhile."""
    row = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if row.erased_at or row.merged_into_id:
        text = _("This customer's record was erased or merged.")
        raise Refusal("customer_gone", text, fields={"customer": text})
    return row


def _give(case: Case, to: Customer, actor: Actor) -> None:
    """Also what follows from whose it is: their organization, and the standard by which it is served."""
    address = email_of(to)
    hand_conversations(
        conversation_ids=conversation_ids(case),
        customer=to,
        address=address,
        theirs={point.value for point in contact_points(to)},
    )
    values: dict[str, Any] = {"customer": to, "organization_id": to.organization_id, "updated_at": timezone.now()}
    search = {"search": case_vector(case.subject, to.name, address), "search_version": VERSION}
    Case.objects.filter(pk=case.pk).update(**values, **search)
    for name, value in values.items():
        setattr(case, name, value)
    chosen = follow_with_promises(case, because="customer", actor=actor)
    if chosen:
        Case.objects.filter(pk=case.pk).update(**chosen)
        case.standard_version_id = chosen["standard_version_id"]
