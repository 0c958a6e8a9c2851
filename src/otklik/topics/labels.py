"""What sources of texts are called."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from otklik.topics.models import Text

SOURCES: Final[Mapping[str, str | Promise]] = {
    Text.Source.CASE: pgettext_lazy("where words come from", "case"),
    Text.Source.COMPLAINT: pgettext_lazy("where words come from", "complaint"),
    Text.Source.SURVEY: pgettext_lazy("where words come from", "survey"),
    Text.Source.GIVEN: pgettext_lazy("where words come from", "given"),
}
