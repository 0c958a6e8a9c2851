"""Organizations, and the domains by which their people are known."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.customers.events import OrganizationChanged
from otklik.customers.models import Organization
from otklik.customers.queries import tier_of_organization
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

FREE_MAIL = frozenset(
    [
        "mail.ru",
        "bk.ru",
        "inbox.ru",
        "list.ru",
        "internet.ru",
        "yandex.ru",
        "ya.ru",
        "yandex.com",
        "gmail.com",
        "rambler.ru",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "me.com",
        "yahoo.com",
        "proton.me",
        "vk.com",
    ]
)


@once_more_if_taken
@transaction.atomic
def found_organization(*, name: str, actor: Actor, domain: str = "", tier: str = "") -> Organization:
    require(actor, "customers.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the organization a name."), fields={"name": _("A name is missing.")})
    domain = _free_domain(domain, None)
    organization = Organization.objects.create(name=name.strip(), domain=domain, tier=clean_tier(tier))
    announce(OrganizationChanged(organization_id=organization.pk, fields=["name", "domain"]), actor=actor)
    return organization


@once_more_if_taken
@transaction.atomic
def edit_organization(
    *, organization: Organization, name: str, domain: str, actor: Actor, tier: str | None = None
) -> Organization:
    """Change name, domain and tier; people who write from the domain later belong to it by themselves.

    ``tier`` None leaves it as it is.
    """
    require(actor, "customers.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the organization a name."), fields={"name": _("A name is missing.")})
    values = {"name": name.strip(), "domain": _free_domain(domain, organization)}
    if tier is not None:
        values["tier"] = clean_tier(tier)
    changed = [field for field, value in values.items() if getattr(organization, field) != value]
    if changed:
        Organization.objects.filter(pk=organization.pk).update(**values)
        tier_of_organization.forget()
        announce(OrganizationChanged(organization_id=organization.pk, fields=changed), actor=actor)
    return Organization.objects.get(pk=organization.pk)


def clean_tier(tier: str) -> str:
    """As it is kept: lower-case, single spaces, so that one tier is written in one way."""
    return " ".join(tier.lower().split())[:40]


def _free_domain(domain: str, organization: Organization | None) -> str:
    """The domain as it is kept. Raises ``Refusal('domain_taken' | 'domain_public')``."""
    domain = domain.strip().lower().removeprefix("@")
    if domain in FREE_MAIL:
        text = _("Everybody can have an address at %(domain)s, so it says nothing about the organization.")
        raise Refusal("domain_public", text % {"domain": domain}, fields={"domain": text % {"domain": domain}})
    others = Organization.objects.exclude(pk=organization.pk if organization else 0)
    if domain and others.filter(domain=domain).exists():
        text = _("Another organization already has this domain.")
        raise Refusal("domain_taken", text, fields={"domain": text})
    return domain
