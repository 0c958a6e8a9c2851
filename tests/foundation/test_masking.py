"""Personal data is taken out; the sense of the text stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.foundation.text.masking import is_card, is_inn, is_snils, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Пишите на ivan.kozlov+1@mail.example, жду", "Пишите на [почта], жду"),
        ("Мой номер +7 (912) 345-67-89, звоните", "Мой номер [телефон], звоните"),
        ("8 912 345 67 89", "[телефон]"),
        ("89123456789", "[телефон]"),
        ("карта 4276 3800 1234 5674", "карта [карта]"),
        ("карта 4276380012345674 срок 12/27", "карта [карта] срок 12/27"),
        ("ИНН 500100732259", "ИНН [номер]"),
        ("инн: 7707083893, верно", "инн: [номер], верно"),
        ("СНИЛС 112-233-445 95", "СНИЛС [номер]"),
        ("паспорт 45 08 123456 выдан", "паспорт [паспорт] выдан"),
        ("серия 4508 № 123456", "серия [паспорт]"),
        ("заказ № 20457-А не пришёл", "заказ № [номер] не пришёл"),
        ("Заказ 204571 задержался", "Заказ [номер] задержался"),
        ("трек-номер RB123456789RU", "трек-номер [номер]"),
        ("Дата рождения: 12.03.1985", "Дата рождения: [номер]"),
        ("живу на ул. Ленина, д. 5, кв. 12, заезжайте", "живу на [адрес], заезжайте"),
        ("420000, г. Казань, ул. Баумана, 7", "[адрес]"),
        ("Доставьте на 12 High Street, please", "Доставьте на [адрес], please"),
        ("Меня зовут Иван Петрович Козлов.", "Меня зовут [имя]."),
        ("Ответила Мария Ивановна", "Ответила [имя]"),
        ("https://help.example/case/abc-def/ открывается", "[ссылка] открывается"),
        ("Мой телеграм @ivan_kozlov", "Мой телеграм [имя]"),
        ("договор 1234567890123", "договор [номер]"),
    ],
)
def test_personal_data_is_taken_out(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Вернём за 3 рабочих дня, до 15 000 ₽.",
        "С 9:00 до 21:00, 365 дней в году.",
        "Курс Excel стоит 12 900 рублей, скидка 15 %.",
        "Откройте «Документы» → «Справки» и нажмите «Заказать».",
        "Заказ приходит за 5 дней, а 20 ноября 2026 мы закрыты.",
        "See https://www.gorizont.example/check for details.",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert masked(text) == text


def test_names_that_are_known_go_in_every_form() -> None:
    text = "Козлову ответила Смит; иван и Ивану звонили, john smith тоже"

    assert masked(text, names=["Иван Козлов", "John Smith"]) == (
        "[имя] ответила [имя]; [имя] и [имя] звонили, [имя] тоже"
    )


def test_check_digits() -> None:
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert is_inn("7707083893")
    assert is_inn("500100732259")
    assert not is_inn("7707083894")
    assert is_snils("11223344595")
    assert not is_snils("11223344596")


_SECRETS = st.sampled_from(
    ["ivan@mail.example", "+7 912 345-67-89", "4276380012345674", "ИНН 7707083893", "паспорт 4508 123456", "Козлов"]
)


@given(st.lists(st.one_of(_SECRETS, st.sampled_from(["слово", "и", "\n", ",", "пришлите"])), max_size=12))
def test_nothing_personal_is_left_wherever_it_stands(words: list[str]) -> None:
    shown = masked(" ".join(words))

    for secret in ("ivan@", "345-67", "42763800", "7707083893", "123456", "Козлов"):
        assert secret not in shown
    assert shown.count("слово") == words.count("слово")


def test_check_digits_of_large_sums() -> None:
    """Weighed sums of 101 and more: the rest counts, and 100 and 101 are written as 00."""
    assert is_snils("99999999901")
    assert not is_snils("99999999999")
    assert is_snils("08765430200")
    assert [rest for rest in range(100) if is_snils(f"000000020{rest:02}")] == [4]
