"""What figures bring to the house."""

from django.utils.translation import gettext_lazy as _

from otklik.foundation.actors import EVERYBODY
from otklik.foundation.manifest import Entry, Module, Section, Switch

MODULE = Module(
    name="figures",
    switch=Switch(
        label=_("Figures"),
        icon="chart-bar",
        leaves=_("Nobody sees how fast and how well the house serves, neither on a page nor by a program."),
        stays=_("Nothing is lost: figures are counted anew from the cases whenever somebody looks."),
    ),
    permissions={"figures.see": EVERYBODY},
    navigation=(
        Entry(
            name="figures",
            route="figures:figures",
            label=_("Service figures"),
            icon="chart-bar",
            section=Section.FIGURES,
            permission="figures.see",
        ),
    ),
    urls="otklik.figures.urls",
    api="otklik.figures.api.router",
)
