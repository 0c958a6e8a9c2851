"""What the customers' face brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.manifest import Module, Policy, Section, SettingsPage
from otklik.portal.forms.button import WidgetForm

MODULE = Module(
    name="portal",
    policies=(
        Policy(
            name="portal.form_per_hour",
            default=20,
            label=pgettext_lazy("what was changed", "messages from one network in an hour"),
        ),
        Policy(
            name="portal.form_per_address_per_hour",
            default=6,
            label=pgettext_lazy("what was changed", "messages from one address in an hour"),
        ),
        Policy(
            name="portal.form_seconds",
            default=2,
            label=pgettext_lazy("what was changed", "seconds that a person needs for the form"),
        ),
        Policy(
            name="portal.upload_total_bytes",
            default=40_000_000,
            label=pgettext_lazy("what was changed", "files of one message together"),
        ),
        Policy(
            name="portal.upload_most_files",
            default=10,
            label=pgettext_lazy("what was changed", "most files of one message"),
        ),
        Policy(
            name="portal.upload_bytes_per_hour",
            default=200_000_000,
            label=pgettext_lazy("what was changed", "files from one network in an hour"),
        ),
        Policy(
            name="widget.position",
            default="right",
            label=pgettext_lazy("what was changed", "place of the help button"),
        ),
        Policy(name="widget.labels", default={}, label=pgettext_lazy("what was changed", "words on the help button")),
        Policy(
            name="widget.accent",
            default="#1d5f96",
            label=pgettext_lazy("what was changed", "colour of the help button"),
        ),
        Policy(
            name="widget.language", default="", label=pgettext_lazy("what was changed", "language of the help button")
        ),
        Policy(
            name="widget.theme", default="host", label=pgettext_lazy("what was changed", "light or dark help button")
        ),
        Policy(
            name="widget.origins", default=[], label=pgettext_lazy("what was changed", "sites with the help button")
        ),
    ),
    settings=(
        SettingsPage(
            route="portal:button",
            label=_("Help button"),
            icon="message-question",
            permission="settings.edit",
            place=30,
            about=_("The button on your site: how it looks, and where it may stand."),
            section=Section.WORK,
            form=WidgetForm,
        ),
    ),
)
