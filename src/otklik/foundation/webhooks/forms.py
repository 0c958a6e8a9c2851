"""The form of one webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, LinesField


class WebhookForm(DeskForm):
    url = forms.CharField(
        label=_("Address that is called"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("For example: https://shop.example/otklik"),
    )
    events = LinesField(
        label=_("Which events"),
        help_text=_("One name a line, such as cases.solved or cases.*; empty means all."),
    )
    is_active = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, is_known: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_known:
            del self.fields["is_active"]
