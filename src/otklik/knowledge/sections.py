"""The pages of the help centre for its authors, and who may open each."""

from django.utils.translation import gettext_lazy as _

from otklik.foundation.manifest import Page

HELP_CENTRE = (
    Page(route="knowledge:articles", label=_("Articles"), icon="book"),
    Page(route="knowledge:sections", label=_("Sections"), icon="list"),
    Page(route="knowledge:questions", label=_("Questions asked in vain"), icon="message-question"),
    Page(route="knowledge:corrections", label=_("Corrections"), icon="pencil"),
    Page(route="cases:article-figures", label=_("Figures"), icon="chart-bar"),
    Page(route="knowledge:words", label=_("Words of the search"), icon="search", permission="knowledge.arrange"),
    Page(route="knowledge:import", label=_("Import and export"), icon="upload", permission="knowledge.arrange"),
    Page(route="knowledge:brands", label=_("Brands"), icon="world", permission="settings.edit"),
)
