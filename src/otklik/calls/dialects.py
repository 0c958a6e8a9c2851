"""What the dialects of telephone exchanges are called."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIALECT_NAMES: Final[dict[str, str | Promise]] = {
    "generic": _("Any exchange that can call an address (Asterisk, FreePBX, 3CX …)"),
    "mango": "Mango Office",
    "zadarma": "Zadarma",
    "megafon": _("MegaFon cloud exchange"),
}
