"""The forms of topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, LinesField, PolicyForm
from otklik.topics.models import Topic
from otklik.topics.queries import topics_in_use

NONE = "none"


class TopicForm(DeskForm):
    name = forms.CharField(label=_("Name of the topic"), max_length=80)
    parent = forms.ModelChoiceField(
        label=_("Stands below"), queryset=Topic.objects.none(), required=False, empty_label=_("Nothing: at the top")
    )
    synonyms = LinesField(
        label=_("Other words for it"),
        help_text=_("One per line, in any language. They help to find the first texts."),
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        help_text=_("A topic that is not used keeps its texts and takes no new ones."),
    )

    def __init__(self, *args: Any, topic: Topic | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {"is_active": True}
        if topic is not None:
            initial = {name: getattr(topic, name) for name in self.base_fields}
        super().__init__(*args, **options | {"initial": initial})
        above = topics_in_use()
        self.fields["parent"].queryset = above if topic is None else above.exclude(pk=topic.pk)  # type: ignore[attr-defined]


class ExamplesForm(DeskForm):
    texts = LinesField(
        label=_("Examples"),
        help_text=_("What customers write about it, one per line, in their own words. Ten are a good beginning."),
        required=True,
    )


class OfCaseForm(DeskForm):
    topic = forms.ChoiceField(label=_("What the case is about"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = topics_in_use().values_list("pk", "path")
        self.fields["topic"].choices = [*((str(pk), path) for pk, path in rows), (NONE, _("None of these"))]  # type: ignore[attr-defined]


class TopicsForm(PolicyForm):
    topics__precision = forms.IntegerField(
        label=_("Percent that must be right before a topic takes texts by itself"),
        help_text=_("Tried on examples that people have confirmed."),
        min_value=70,
        max_value=99,
    )
    topics__signal_from = forms.IntegerField(
        label=_("Cases of one topic from which on it can be a signal"),
        help_text=_("Fewer in a week or a day are told to nobody, however rare they are."),
        min_value=2,
        max_value=1000,
    )
