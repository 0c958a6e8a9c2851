"""What the app of customers brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.customers.clock import forget_what_is_spent
from otklik.customers.exporting import wishes_kept
from otklik.customers.models import Organization
from otklik.customers.panels import wishes_beside
from otklik.foundation.actors import ADMINS, EVERYBODY, LEADS
from otklik.foundation.manifest import Beside, Entry, Every, Module, Named, Panel, Section
from otklik.foundation.sentences import called

MODULE = Module(
    name="customers",
    permissions={"customers.edit": EVERYBODY, "customers.export": LEADS, "customers.erase": ADMINS},
    navigation=(
        Entry(
            name="customers",
            route="customers:customers",
            label=_("Customers"),
            icon="users",
            section=Section.CUSTOMERS,
            place=10,
        ),
        Entry(
            name="organizations",
            route="customers:organizations",
            label=_("Organizations"),
            icon="building",
            section=Section.CUSTOMERS,
            place=20,
        ),
    ),
    sentences={
        "customers.met": gettext_noop("A customer turned to us for the first time"),
        "customers.edited": gettext_noop("The customer's record was changed: %(fields)s"),
        "customers.erased": gettext_noop("The customer's personal data was erased"),
        "customers.exported": gettext_noop("The customer's personal data was exported"),
        "customers.merged": gettext_noop("Two records of one person were merged"),
        "customers.address_vouched": gettext_noop("A colleague said that an address is the customer's"),
        "customers.address_bounced": gettext_noop("A letter to the customer's address came back"),
        "customers.identity_joined": gettext_noop("The customer proved that they are the same person in a messenger"),
        "customers.way_closed": gettext_noop("The customer can no longer be reached by one of their ways"),
        "customers.way_opened": gettext_noop("The customer can be reached again by a way that was closed"),
        "customers.wishes_changed": gettext_noop("How the customer likes to be served was changed: %(fields)s"),
        "customers.organization_changed": gettext_noop("Organization “%(organization)s” was changed: %(fields)s"),
    },
    names=(Named(word="organization", key="organization_id", names=called(Organization)),),
    fields={
        "contact_points": pgettext_lazy("what was changed", "addresses and phones"),
        "domain": pgettext_lazy("what was changed", "mail domain"),
        "organization": pgettext_lazy("what was changed", "organization"),
        "remembered": pgettext_lazy("what was changed", "what is worth remembering"),
        "role_there": pgettext_lazy("what was changed", "role there"),
        "tier": pgettext_lazy("what was changed", "tier"),
        "wish_pace": pgettext_lazy("what was changed", "pace"),
        "wish_channel": pgettext_lazy("what was changed", "channel"),
        "wish_form": pgettext_lazy("what was changed", "form of address"),
        "wish_called_as": pgettext_lazy("what was changed", "what to call them"),
        "wish_needs": pgettext_lazy("what was changed", "what they need"),
        "wish_own_words": pgettext_lazy("what was changed", "what else they need"),
        "wish_upset": pgettext_lazy("what was changed", "what upset them"),
    },
    panels=(
        Panel(
            name="wishes",
            template="customers/wishes_panel.html",
            facts=wishes_beside,
            beside=Beside.CUSTOMER,
            permission="customers.edit",
            place=10,
        ),
    ),
    export=wishes_kept,
    clock=(Every(minutes=59, run=forget_what_is_spent),),
    api="otklik.customers.api.router",
    urls="otklik.customers.urls",
)
