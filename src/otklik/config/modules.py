"""The apps of the house from the ground up. A new one is a folder, a line here, and a name in the layers of
``pyproject.toml``; what it brings stands in its ``module.py``."""

MODULES = (
    "foundation",
    "customers",
    "team",
    "standards",
    "knowledge",
    "reach",
    "cases",
    "voice",
    "goodwill",
    "complaints",
    "surveys",
    "suggestions",
    "topics",
    "promises",
    "absences",
    "figures",
    "calls",
    "portal",
    "desk",
)
