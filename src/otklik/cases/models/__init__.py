"""The case, what was said of it, and what the house keeps beside it."""

from otklik.cases.models.cases import (
    HISTORY,
    Alert,
    Case,
    CaseConversation,
    CaseKind,
    CasePurpose,
    CustomersWord,
    CustomField,
    Draft,
    DraftFile,
    FormerCustomer,
    Macro,
    MacroVersion,
    Presence,
    Priority,
    SpamMark,
    titled,
)
from otklik.cases.models.steps import FORGOTTEN, CaseStep

__all__ = [
    "FORGOTTEN",
    "HISTORY",
    "Alert",
    "Case",
    "CaseConversation",
    "CaseKind",
    "CasePurpose",
    "CaseStep",
    "CustomField",
    "CustomersWord",
    "Draft",
    "DraftFile",
    "FormerCustomer",
    "Macro",
    "MacroVersion",
    "Presence",
    "Priority",
    "SpamMark",
    "titled",
]
