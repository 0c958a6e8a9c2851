"""What the ground brings: the rules of the whole house and who may change them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import ADMINS, LEADS
from otklik.foundation.checks import rules
from otklik.foundation.forms import CompanyForm
from otklik.foundation.handlers import CLEANED_EVERY_MINUTES, clean_up_files, tidy_up
from otklik.foundation.manifest import Coded, Every, Module, Named, Policy, Section, SettingsPage
from otklik.foundation.models import Webhook
from otklik.foundation.sentences import by_code, called
from otklik.foundation.switching import label_of

MODULE = Module(
    name="foundation",
    permissions={"audit.see": LEADS, "webhooks.edit": ADMINS, "settings.edit": ADMINS},
    policies=(
        Policy(name="company.name", default="Отклик", label=pgettext_lazy("what was changed", "name of the company")),
        Policy(name="company.phone", default="", label=pgettext_lazy("what was changed", "phone")),
        Policy(name="company.hours", default="", label=pgettext_lazy("what was changed", "hours of the phone")),
        Policy(name="company.address", default="", label=pgettext_lazy("what was changed", "address")),
        Policy(
            name="company.hours_en",
            default="",
            label=pgettext_lazy("what was changed", "hours of the phone, in English"),
        ),
        Policy(name="company.address_en", default="", label=pgettext_lazy("what was changed", "address, in English")),
        Policy(name="company.site", default="", label=pgettext_lazy("what was changed", "site")),
        Policy(
            name="house.restored_from",
            default="",
            label=pgettext_lazy("what was changed", "letters held back after a restore"),
        ),
    ),
    settings=(
        SettingsPage(
            route="foundation:company",
            label=_("Company"),
            icon="building",
            permission="settings.edit",
            place=10,
            about=_("Your name, phone, address and logo, as customers see them."),
            section=Section.FOOT,
            form=CompanyForm,
        ),
        SettingsPage(
            route="foundation:modules",
            label=_("Modules"),
            icon="puzzle",
            permission="settings.edit",
            place=105,
            about=_("Which parts of Otklik you use, and what stays when one is switched off."),
            section=Section.FOOT,
        ),
        SettingsPage(
            route="foundation:webhooks",
            label=_("Webhooks"),
            icon="webhook",
            permission="webhooks.edit",
            place=130,
            about=_("Which addresses of yours hear what happens here."),
            section=Section.FOOT,
        ),
    ),
    sentences={
        "foundation.module_switched": gettext_noop("Module “%(module)s”: %(switched)s"),
        "webhooks.changed": gettext_noop("Webhook %(webhook)s: %(webhook_change)s"),
        "webhooks.disabled": gettext_noop("A webhook was switched off: %(webhook)s"),
        "webhooks.tested": gettext_noop("A webhook was tried: %(webhook)s"),
        "foundation.policies_changed": gettext_noop("Rules were changed: %(fields)s"),
        "foundation.table_taken": gettext_noop("A table of figures was taken out as a file"),
    },
    names=(Named(word="webhook", key="webhook_id", names=called(Webhook, "url")),),
    codes=(
        Coded(word="module", key="module", means=label_of),
        Coded(
            word="switched",
            key="is_on",
            means=by_code(
                {
                    "True": pgettext_lazy("what an event tells", "switched on"),
                    "False": pgettext_lazy("what an event tells", "switched off"),
                }
            ),
        ),
        Coded(
            word="webhook_change",
            key="change",
            means=by_code(
                {
                    "added": pgettext_lazy("what an event tells", "added"),
                    "edited": pgettext_lazy("what an event tells", "changed"),
                    "removed": pgettext_lazy("what an event tells", "removed"),
                }
            ),
        ),
    ),
    fields={
        "external_id": pgettext_lazy("what was changed", "number in another system"),
        "icon": pgettext_lazy("what was changed", "icon"),
        "is_active": pgettext_lazy("what was changed", "in use or not"),
        "key": pgettext_lazy("what was changed", "key for programs"),
        "kind": pgettext_lazy("what was changed", "kind"),
        "language": pgettext_lazy("what was changed", "language"),
        "name": pgettext_lazy("what was changed", "name"),
        "place": pgettext_lazy("what was changed", "place in the order"),
        "position": pgettext_lazy("what was changed", "place in the order"),
        "removed": pgettext_lazy("what was changed", "removed"),
        "source": pgettext_lazy("what was changed", "where it came from"),
        "text": pgettext_lazy("what was changed", "text"),
        "time_zone": pgettext_lazy("what was changed", "time zone"),
        "title": pgettext_lazy("what was changed", "title"),
        "company.logo": pgettext_lazy("what was changed", "logo"),
    },
    clock=(Every(minutes=CLEANED_EVERY_MINUTES, run=clean_up_files), Every(minutes=10, run=tidy_up)),
    api="otklik.foundation.webhooks.api.router",
    checks={"rules": rules},
)
