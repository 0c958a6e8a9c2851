"""Who acts, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.modules import permissions


class ActorKind(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"


class Role(StrEnum):
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class Sight(StrEnum):
    """Whose cases an agent sees."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person, customer or clock behind an action. ``pk`` is None only for the system."""

    kind: ActorKind
    pk: int | None = None
    name: str = ""
    role: Role | None = None
    sight: Sight = Sight.OWN
    team_ids: frozenset[int] = frozenset()

    @property
    def is_agent(self) -> bool:
        return self.kind is ActorKind.AGENT

    @property
    def agent_id(self) -> int:
        """The acting agent. Raises ``Refusal('not_allowed')`` for anybody else."""
        if not self.is_agent or self.pk is None:
            raise Refusal("not_allowed", _("Only a member of staff can do this."))
        return self.pk

    @property
    def is_customer(self) -> bool:
        return self.kind is ActorKind.CUSTOMER

    @property
    def sees_all(self) -> bool:
        return self.kind is ActorKind.SYSTEM or (self.is_agent and self.sight is Sight.ALL)


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="Otklik")

EVERYBODY = frozenset(Role)
LEADS = frozenset({Role.LEAD, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


def may(actor: Actor, permission: str) -> bool:
    """Whether the role allows it; whether *this* case may be seen is asked of ``cases.queries``."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return actor.role in permissions().get(permission, ())


def require(actor: Actor, permission: str) -> None:
    """Raise ``Refusal('not_allowed')`` unless the role allows it."""
    if not may(actor, permission):
        raise Refusal("not_allowed", _("You do not have the right to do this. Ask your lead."))
