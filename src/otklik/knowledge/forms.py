"""Forms of the authors: words, what stands around them, shelves."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.customers.models import Organization
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import LANGUAGES, DeskForm, LinesField
from otklik.knowledge.actions import Words
from otklik.knowledge.labels import AUDIENCES, STATES, tree
from otklik.knowledge.models import Article, Brand, Section, Version
from otklik.knowledge.queries import house_words
from otklik.standards.models import Standard
from otklik.team.models import Agent

if TYPE_CHECKING:
    _SectionChoice = forms.ModelChoiceField[Section]
else:
    _SectionChoice = forms.ModelChoiceField

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SectionField(_SectionChoice):
    """Sections as they stand in each other."""

    def __init__(self, **options: Any) -> None:
        shape: dict[str, Any] = {"required": False, "label": _("Section"), "empty_label": _("None")}
        super().__init__(queryset=Section.objects.all(), **shape | options)

    def indent(self, *, without: Section | None = None) -> None:
        rows = tree(get_language() or "ru")
        self.choices = [
            ("", self.empty_label),
            *((row.pk, "\u2003" * depth + title) for row, depth, title in rows if row != without),
        ]


class FilterForm(DeskForm):
    """What the list shows."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False)
    section = SectionField(empty_label=_("Any"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("Any")), *LANGUAGES])
    owner = forms.ModelChoiceField(
        label=_("Keeper"), queryset=Agent.objects.order_by(ByName()), required=False, empty_label=_("Anybody")
    )
    audience = forms.ChoiceField(label=_("For whom"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(name, STATES[name].text) for name in ("draft", "waiting", "approved", "live")]
        special = [("for_me", _("Waits for me")), ("due", _("To be read again")), ("behind", _("Original changed"))]
        self.fields["state"].choices = [("", _("Any")), *special, *named, ("archived", STATES["archived"].text)]  # type: ignore[attr-defined]
        self.fields["audience"].choices = [("", _("Any")), *((name, one.text) for name, one in AUDIENCES.items())]  # type: ignore[attr-defined]
        self.fields["section"].indent()  # type: ignore[attr-defined]


class NewArticleForm(DeskForm):
    title = forms.CharField(label=_("Title"), max_length=500, help_text=_("As a customer would ask it."))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    section = SectionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["section"].indent()  # type: ignore[attr-defined]


class WordsForm(DeskForm):
    """The editor. ``edits``: how often the draft was saved when this page was opened."""

    title = forms.CharField(label=_("Title"), max_length=500)
    summary = forms.CharField(
        label=_("In one sentence"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in lists and search results."),
    )  # fmt: skip
    body = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 22}), strip=False)
    questions = LinesField(
        label=_("How customers ask this"), help_text=_("One question per line, in their words. Search knows them.")
    )
    change_note = forms.CharField(
        label=_("What is new"), required=False, max_length=200, help_text=_("For colleagues who look at the versions.")
    )
    edits = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def words(self) -> Words:
        chosen = {name: self.cleaned_data[name] for name in ("title", "summary", "questions", "change_note")}
        return Words(body=self.cleaned_data["body"].replace("\r\n", "\n"), **chosen)

    @staticmethod
    def values(version: Version) -> dict[str, Any]:
        names = ("title", "summary", "body", "questions", "change_note", "edits")
        return {name: getattr(version, name) for name in names}


class PropertiesForm(DeskForm):
    section = SectionField()
    slug = forms.SlugField(
        label=_("Address"),
        max_length=120,
        help_text=_("The last part of the page's address. An old one keeps leading here."),
    )
    audience = forms.ChoiceField(label=_("For whom"))
    organizations = forms.ModelMultipleChoiceField(
        label=_("Organizations"), queryset=Organization.objects.order_by(ByName()), required=False,
        help_text=_("Only for “chosen organizations”."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        label=_("Keeper"), queryset=Agent.objects.filter(is_active=True).order_by(ByName()), required=False,
        empty_label=_("Nobody"), help_text=_("Sees to it that the article stays true. Customers see the name."),
    )  # fmt: skip
    review_every_days = forms.IntegerField(
        label=_("Read again every … days"), min_value=0, max_value=3650, help_text=_("0: never.")
    )
    review_at = forms.DateTimeField(
        label=_("Next time"), required=False, widget=_MOMENT, input_formats=_MOMENTS,
        help_text=_("After this the article says that it may be out of date."),
    )  # fmt: skip
    standard = forms.ModelChoiceField(
        label=_("Service standard"),
        queryset=Standard.objects.order_by(ByName()),
        required=False,
        empty_label=_("None"),
    )
    original = forms.ModelChoiceField(
        label=_("Translation of"), queryset=Article.objects.none(), required=False, empty_label=_("It is an original")
    )
    place = forms.IntegerField(label=_("Place in the section"), min_value=0, max_value=10_000)

    def __init__(self, *args: Any, article: Article, **options: Any) -> None:
        names = [name for name in self.base_fields if name != "organizations"]
        initial = {name: getattr(article, f"{name}_id", None) or getattr(article, name) for name in names}
        initial["organizations"] = list(article.organizations.values_list("pk", flat=True)) if not args[0] else []
        super().__init__(*args, **options | {"initial": initial})
        self.fields["section"].indent()  # type: ignore[attr-defined]
        self.fields["audience"].choices = [(name, one.text) for name, one in AUDIENCES.items()]  # type: ignore[attr-defined]
        others = Article.objects.filter(original=None).exclude(language=article.language).order_by("slug")
        self.fields["original"].queryset = others  # type: ignore[attr-defined]


class SectionForm(DeskForm):
    title_ru = forms.CharField(label=_("Title in Russian"), required=False, max_length=120)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=120)
    description_ru = forms.CharField(label=_("About it in Russian"), required=False, max_length=300)
    description_en = forms.CharField(label=_("About it in English"), required=False, max_length=300)
    parent = SectionField(label=_("Stands in"), empty_label=_("At the top"))
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.order_by(ByName()), required=False, empty_label=_("Every brand")
    )
    slug = forms.SlugField(
        label=_("Address"), required=False, max_length=80, help_text=_("Left empty, it is made of the title.")
    )
    icon = forms.CharField(
        label=_("Icon"), required=False, max_length=40, help_text=_("A name from the icons at /ui/, for example book.")
    )
    place = forms.IntegerField(label=_("Position in the list"), min_value=0, max_value=10_000, initial=0)

    def __init__(self, *args: Any, section: Section | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {}
        if section is not None:
            initial = {name: getattr(section, name) for name in ("slug", "icon", "place")}
            initial |= {"parent": section.parent_id, "brand": section.brand_id}
            initial |= {f"title_{language}": section.titles.get(language, "") for language, _name in LANGUAGES}
            initial |= {
                f"description_{language}": section.descriptions.get(language, "") for language, _name in LANGUAGES
            }
        super().__init__(*args, **options | {"initial": initial})
        self.fields["parent"].indent(without=section)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        def said(kind: str) -> dict[str, str]:
            texts = {language: self.cleaned_data[f"{kind}_{language}"] for language, _name in LANGUAGES}
            return {language: text for language, text in texts.items() if text}

        same = ("parent", "brand", "slug", "icon", "place")
        return {name: self.cleaned_data[name] for name in same} | {
            "titles": said("title"),
            "descriptions": said("description"),
        }


class BrandForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    host = forms.CharField(
        label=_("Address of its help centre"), required=False, max_length=253,
        help_text=_("For example help.company.example. Empty: any other address."),
    )  # fmt: skip


class HouseWordsForm(DeskForm):
    """Synonyms and stop words of each language; the names of fields are those of ``set_house_words``'s refusals."""

    def __init__(self, *args: Any, **options: Any) -> None:
        initial: dict[str, Any] = {}
        for language, _name in LANGUAGES:
            groups, words = house_words(language)
            initial[f"synonyms_{language}"] = [", ".join(group) for group in groups]
            initial[f"stop_{language}"] = words
        super().__init__(*args, **options | {"initial": initial})
        for language, name in LANGUAGES:
            self.fields[f"synonyms_{language}"] = LinesField(
                label=_("%(language)s: words that mean the same") % {"language": name},
                help_text=_("One group a line, with commas between: refund, money back"),
            )
            self.fields[f"stop_{language}"] = LinesField(
                label=_("%(language)s: words that say nothing here") % {"language": name},
                help_text=_("One a line. The search passes over them."),
            )

    def words(self) -> dict[str, Any]:
        """The arguments of ``set_house_words``."""
        typed = self.cleaned_data
        return {
            "synonyms": {
                language: [line.split(",") for line in typed[f"synonyms_{language}"]] for language, _name in LANGUAGES
            },
            "stop_words": {language: typed[f"stop_{language}"] for language, _name in LANGUAGES},
        }
