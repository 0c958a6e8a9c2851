"""Prepared texts: what each saying of them was, an earlier one again, and how they will read."""

import pytest

from otklik.cases.actions import restore_macro, save_macro
from otklik.cases.models import Macro, MacroVersion
from otklik.foundation.actors import Actor
from otklik.foundation.models import Event
from tests.building import acting, make_case, make_lead, refused
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def said(macro: Macro) -> list[tuple[int, str, str, int | None]]:
    rows = macro.versions.order_by("number")
    return [(one.number, one.text, one.change_note, one.as_in) for one in rows]


def test_each_saving_that_changes_something_is_a_version(olga: Actor) -> None:
    macro = save_macro(title="Привет", text="Здравствуйте", actor=olga)
    save_macro(title="Привет", text="Здравствуйте", macro=macro, actor=olga, change_note="Ничего")
    save_macro(title="Привет", text="Добрый день", macro=macro, actor=olga, change_note=" Теплее ")

    assert said(macro) == [(1, "Здравствуйте", "", None), (2, "Добрый день", "Теплее", None)]
    assert set(macro.versions.values_list("author", flat=True)) == {olga.pk}
    assert Event.objects.filter(name="cases.macro_changed").count() == 2


def test_an_earlier_version_holds_again(olga: Actor) -> None:
    macro = save_macro(title="Привет", text="Здравствуйте", actions={"tags": ["привет"]}, actor=olga)
    save_macro(title="Добрый день", text="Добрый день", macro=macro, is_active=False, actor=olga)

    restore_macro(version=macro.versions.get(number=1), actor=olga)

    now = Macro.objects.get()
    assert (now.title, now.text, now.actions, now.is_active) == ("Привет", "Здравствуйте", {"tags": ["привет"]}, True)
    assert said(macro)[2] == (3, "Здравствуйте", "", 1)


def test_it_does_not_take_a_title_that_another_has_now(olga: Actor) -> None:
    macro = save_macro(title="Привет", text="Здравствуйте", actor=olga)
    save_macro(title="Иначе", text="Иначе", macro=macro, actor=olga)
    save_macro(title="Привет", text="Другой", actor=olga)

    with refused("title_taken"):
        restore_macro(version=macro.versions.get(number=1), actor=olga)

    assert Macro.objects.get(pk=macro.pk).title == "Иначе"


@pytest.mark.django_db(transaction=True)
def test_two_savings_at_once_are_two_versions() -> None:
    olga = acting(make_lead())
    macro = save_macro(title="Привет", text="Здравствуйте", actor=olga)

    def save(words: str) -> None:
        save_macro(title="Привет", text=words, macro=Macro.objects.get(pk=macro.pk), actor=olga)

    assert at_once(lambda: save("Раз"), lambda: save("Два")) == ["done", "done"]
    assert sorted(macro.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_its_page_compares_versions_and_brings_one_back() -> None:
    lead = make_lead()
    client, olga = desk(lead), acting(lead)
    macro = save_macro(title="Привет", text="Здравствуйте", actor=olga)
    save_macro(title="Привет", text="Добрый день", macro=macro, actions={"solve": True, "kind": "thanks"}, actor=olga)
    address = f"/desk/settings/macros/{macro.pk}/versions/"

    page = text(client.get(f"{address}?from=1&to=2"))
    back = text(client.post(f"{address}1/restore", follow=True))

    assert "удалено: Здравствуйте" in page
    assert "Благодарность" in page
    assert "Как в версии 1" in back
    assert Macro.objects.get().text == "Здравствуйте"
    assert client.post(f"{address}9/restore").status_code == 404


def test_a_preview_puts_words_in_and_says_what_nothing_fills() -> None:
    lead = make_lead()
    client = desk(lead)
    typed = {"title": "Привет", "text": "{{ customer.first_name }}, ждите {{ date }} <b>"}
    empty = client.post("/desk/settings/macros/preview", typed, headers={"HX-Request": "true"}).content.decode()
    case = make_case(owner=lead)

    part = client.post("/desk/settings/macros/preview", typed, headers={"HX-Request": "true"}).content.decode()
    page = text(client.post("/desk/settings/macros/preview", typed))
    form = text(client.get("/desk/settings/macros/new"))

    assert "имя клиента" in empty
    assert f"{case.customer.name.split(' ')[0]}, ждите {{{{ date }}}} &lt;b&gt;" in part
    assert "<html" not in part
    assert "{{ date }}" in page.rpartition("Это сотрудник впишет сам")[2]
    assert "Пока ничего не написано." in form
    assert not MacroVersion.objects.exists()
