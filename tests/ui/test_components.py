import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from django import forms
from django.template import Context, Template
from django.utils import translation

from otklik.foundation.figures import Counted, Figure, Unit, share


class Elements(HTMLParser):
    """Every start tag with its attributes; a repeated attribute is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"repeated attribute in <{tag}>: {attrs}"
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str) -> dict[str, str | None]:
        [attributes] = [attributes for name, attributes in self.found if name == tag]
        return attributes


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Contact(forms.Form):
    email = forms.EmailField(label="Почта", help_text="Сюда придёт ответ")
    words = forms.CharField(required=False, widget=forms.Textarea)
    way = forms.ChoiceField(label="Как ответить", choices=[("mail", "Письмом")], widget=forms.RadioSelect)
    copy = forms.BooleanField(label="Прислать копию", required=False)


def test_a_bound_attribute_cannot_break_out_of_its_quotes() -> None:
    hostile = '"><script>alert(1)</script>'

    html = render('{% cotton btn :aria-label="name" icon="x" %}{% endcotton %}', name=hostile)

    assert "<script>" not in html
    assert Elements(html).one("button")["aria-label"] == hostile


def test_a_button_with_an_address_is_a_link() -> None:
    html = render('{% cotton btn href="/desk/" kind="primary" %}Открыть{% endcotton %}')

    assert Elements(html).one("a") == {"class": "btn primary", "href": "/desk/"}


def test_a_bound_flag_is_an_attribute_or_nothing() -> None:
    source = '{% cotton btn :disabled="busy" data-count="0" %}Ок{% endcotton %}'

    assert Elements(render(source, busy=True)).one("button").keys() >= {"disabled", "data-count"}
    assert "disabled" not in Elements(render(source, busy=False)).one("button")


def test_label_hint_and_error_are_wired_to_the_control() -> None:
    form = Contact({"email": "ivan@"})

    html = render('{% cotton field :field="form.email" / %}', form=form)

    elements = Elements(html)
    control = elements.one("input")
    assert elements.one("label")["for"] == control["id"] == "id_email"
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_email_helptext id_email_error"
    assert {"id_email_helptext", "id_email_error"} <= {attributes.get("id") for _, attributes in elements.found}


def test_choices_stand_in_a_named_group_and_a_check_carries_its_label() -> None:
    form = Contact()

    group = render('{% cotton field :field="form.way" / %}', form=form)
    check = render('{% cotton field :field="form.copy" / %}', form=form)

    assert group.strip().startswith("<fieldset")
    assert "<legend>Как ответить</legend>" in group
    assert 'class="choice"' in check
    assert check.index("<input") < check.index("Прислать копию")


def test_the_summary_of_errors_links_to_each_field() -> None:
    form = Contact({"email": "ivan@", "way": "mail"})

    html = render('{% cotton errors :form="form" / %}', form=form)

    assert 'href="#id_email"' in html
    assert 'role="alert"' in html
    assert "data-focus" in html


def test_a_face_is_a_photo_or_initials() -> None:
    photo = Elements(render('{% avatar "Ольга Вересаева" "/p.svg" alt=True %}')).one("img")
    initials = render('{% avatar "Ольга Вересаева" %}')

    assert photo["alt"] == "Ольга Вересаева"
    assert ">ОВ</span>" in initials
    assert 'aria-hidden="true"' in initials


def test_a_hostile_name_stays_a_name() -> None:
    html = render("{% avatar name alt=True %}", name='"><img src=x onerror=alert(1)>')

    assert "<img" not in html


def test_time_is_machine_readable() -> None:
    moment = datetime(2025, 12, 20, 13, 20, tzinfo=UTC)

    with translation.override("en"):
        html = render("{{ moment|when }}", moment=moment)

    assert html.startswith('<time datetime="2025-12-20T13:20:00+00:00">20 Dec 2025')
    assert render("{{ moment|when }}", moment=None) == ""


def test_a_share_says_its_range_and_the_mark_of_a_whole_one_is_not_cut() -> None:
    figure = Figure.of(share(6, 6), unit=Unit.SHARE, counted=Counted.ANSWERS)
    with translation.override("ru"):
        found = Elements(html := render("{% load figures %}{% measured figure %}", figure=figure))

    left, _top, width, _height = map(int, str(found.one("svg")["viewbox"]).split())
    bar, ends = found.one("rect"), re.findall(r"M([\d.]+)", str(found.one("path")["d"]))
    assert left <= float(str(bar["x"])) <= float(str(bar["x"])) + float(str(bar["width"])) <= left + width
    assert all(left <= float(end) <= left + width for end in ends)
    assert "от 61 до 100 %" in html
    assert "<b>100 %</b>" in html
    assert "6 ответов" in html


def test_a_language_has_a_name_and_an_unknown_code_stays() -> None:
    with translation.override("ru"):
        assert render("{{ 'en'|language_name }}, {{ 'xx'|language_name }}").lower() == "английский, xx"
