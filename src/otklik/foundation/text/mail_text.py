"""Automatic letters as text templates: the house's own words, people's words only as values."""

from typing import Any

from django.template.loader import render_to_string

from otklik.foundation.policies import policy


def mail_text(template: str, **values: Any) -> str:
    """A letter in the language in force; ``company`` is always known to the template."""
    return render_to_string(template, {"company": policy("company.name"), **values}).strip()
