"""The tags that work a fixed thing out once say what Django's say, in each language and for each number."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.html import linebreaks, urlize

from otklik.ui.templatetags.ui import options, prose


def drawn(source: str, language: str = "ru", **context: object) -> str:
    with translation.override(language):
        return Template("{% load i18n static ui %}" + source).render(Context(context))


def test_one_template_speaks_both_languages_in_turn() -> None:
    page = Template('{% load i18n %}{% translate "Save" %}, {% translate "Note" context "between staff" %}')

    said = []
    for language in ("ru", "en", "ru"):
        with translation.override(language):
            said.append(page.render(Context()))

    assert said == ["Сохранить, Заметка", "Save, Note", "Сохранить, Заметка"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate word %} {% translate "Save" as kept %}[{{ kept }}]', "Сохранить [Сохранить]"),
        ('{% translate "Save"|upper %}', "СОХРАНИТЬ"),
        ('{% translate "Save" noop %}', "Save"),
        ('{% url "desk:case" number %}', "/desk/cases/7/"),
        ('{% url "desk:retry" number 8 %}', "/desk/cases/7/deliveries/8/retry"),
        ('{% url "desk:case" number=number %}', "/desk/cases/7/"),
        ('{% url "desk:inbox" as here %}[{{ here }}]', "[/desk/]"),
        ('{% url "cases:undo" "a b&c" %}', "/desk/undo/a%20b&amp;c"),
        ('{% url "no:where" as here %}[{{ here }}]', "[]"),
        ('{% language "en" %}{% translate "Save" %}{% endlanguage %}', "Save"),
    ],
)
def test_what_is_not_fixed_is_worked_out_each_time(source: str, expected: str) -> None:
    assert drawn(source, word="Save", number=7) == expected


def test_an_address_keeps_gaps_for_its_numbers() -> None:
    page = '{% url "desk:retry" number other %}'

    assert drawn(page, number=1, other=22) == "/desk/cases/1/deliveries/22/retry"
    assert drawn(page, number=22, other=1) == "/desk/cases/22/deliveries/1/retry"
    for wrong in (-1, None, "x"):
        with pytest.raises(NoReverseMatch):
            drawn(page, number=wrong, other=1)


def test_mistakes_are_still_told() -> None:
    for source in ("{% translate %}", "{% url %}", "{% static %}"):
        with pytest.raises(TemplateSyntaxError):
            drawn(source)


@pytest.mark.parametrize(
    "text",
    [
        "Привет. Это <b>важно</b> & 'срочно'\n\nИ ещё: \"да\"\nда",
        "https://example.com/?a=1&b=2 или www.example.com, example.org. Пишите ivan@mail.example!",
        "Конец.Начало",
        "",
    ],
)
@pytest.mark.filterwarnings("ignore:The default protocol")
def test_prose_is_what_django_makes_of_a_text(text: str) -> None:
    assert prose(text) == linebreaks(urlize(text, nofollow=True, autoescape=True))


def test_options_are_escaped_and_one_is_selected() -> None:
    assert options([(1, "<Анна>"), (2, "Борис")], 2) == (
        '<option value="1">&lt;Анна&gt;</option><option value="2" selected>Борис</option>'
    )
    assert "selected" not in options([("", "—"), (1, "Анна")])
