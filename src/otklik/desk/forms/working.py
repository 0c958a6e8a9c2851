"""What agents type, made safe and checked before an action sees it."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.desk.forms.base import DeskForm

MOST_AT_ONCE = 100
_NUMBER = re.compile("[0-9]{1,17}")


class NumbersField(forms.Field):
    """Case numbers of ticked rows: whole numbers, at most a hundred."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> Sequence[int]:
        found = [int(one) for one in value or [] if _NUMBER.fullmatch(str(one))]
        return list(dict.fromkeys(found))[:MOST_AT_ONCE]


class BulkForm(DeskForm):
    """What to do with several cases at once."""

    case = NumbersField(error_messages={"required": _("Select at least one case.")})
    do = forms.ChoiceField(choices=[("tag", "tag"), ("untag", "untag"), ("hand_over", "hand_over")])
    tag = forms.CharField(max_length=40, required=False)
    to = forms.IntegerField(required=False)
    summary = forms.CharField(max_length=5000, required=False)
