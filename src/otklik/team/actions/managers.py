"""Personal managers: named, moved with the people they accompany, handed on when they leave."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.customers.models import Customer, Organization
from otklik.customers.queries import may_see_customer
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.team.events import (
    ManagerNamed,
    ManagerReleased,
    OrganizationsManagerNamed,
    OrganizationsManagerReleased,
)
from otklik.team.models import Agent, Manager
from otklik.team.queries import manager_of


@once_more_if_taken
@transaction.atomic
def name_manager(*, charge: Customer | Organization, agent: Agent | None, actor: Actor) -> None:
    """From now on new matters of this customer, or of this organization's people, come to ``agent``; None: to nobody.

    Raises ``Refusal('not_allowed' | 'not_found' | 'manager_unfit')``.
    """
    require(actor, "team.appoint")
    if isinstance(charge, Customer) and not may_see_customer(actor, charge):
        raise Refusal("not_found", _("There is no such customer, or you may not see them."))
    if agent is not None and not agent.may_own:
        text = _("%(name)s does not serve customers here. Choose somebody who does.") % {"name": agent.name}
        raise Refusal("manager_unfit", text, fields={"agent": text})
    held = manager_of(charge)
    if (held.agent_id if held else None) == (agent.pk if agent else None):
        return
    if held is not None:
        held.delete()
        _announce(held, actor, is_named=False)
    if agent is not None:
        whose = {"customer": charge} if isinstance(charge, Customer) else {"organization": charge}
        _announce(Manager.objects.create(agent=agent, **whose), actor, is_named=True)


def _announce(row: Manager, actor: Actor, *, is_named: bool) -> None:
    if row.organization_id is not None:
        of_organization = OrganizationsManagerNamed if is_named else OrganizationsManagerReleased
        announce(of_organization(organization_id=row.organization_id, agent_id=row.agent_id), actor=actor)
        return
    of_customer = ManagerNamed if is_named else ManagerReleased
    announce(of_customer(customer_id=row.customer_id, agent_id=row.agent_id), actor=actor)


@in_one
def hand_charges(*, agent: Agent, to: Agent | None, actor: Actor) -> None:
    """Somebody leaves: whom they managed is managed by ``to``, or by nobody."""
    require(actor, "team.edit")
    for row in Manager.objects.filter(agent=agent).select_related("customer", "organization").order_by("id"):
        charge = row.customer or row.organization
        assert charge is not None  # a constraint
        name_manager(charge=charge, agent=to, actor=actor)


@in_one
def join_managers(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two records are one person: the manager of the one that lives on stays, else comes along."""
    row = Manager.objects.filter(customer_id=from_customer_id).first()
    if row is None:
        return
    row.delete()
    if not Manager.objects.filter(customer_id=to_customer_id).exists():
        came = Manager.objects.create(agent_id=row.agent_id, customer_id=to_customer_id)
        _announce(came, SYSTEM, is_named=True)


def forget_manager(person: Person) -> None:
    """Nobody accompanies who was forgotten."""
    Manager.objects.filter(customer_id=person.customer_id).delete()
