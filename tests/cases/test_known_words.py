"""What people tell in their own words, and which answer asks for it once more: sentences both ways."""

import pytest

from otklik.cases.known import FactKind, asked_in, facts_in


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Мой заказ № 4711-22 так и не пришёл", [("order", "4711-22")]),
        ("Номер заказа: А-10442. Жду ответа", [("order", "А-10442")]),
        ("Заказ 104422 оплачен 12 ноября", [("order", "104422"), ("date", "12 ноября")]),
        ("по заказу №88123, договор № 17/2026-К", [("order", "88123"), ("contract", "17/2026-К")]),
        ("Оплатила счёт № 900112", [("invoice", "900112")]),
        ("трек-номер RA123456789RU не находится", [("tracking", "RA123456789RU")]),
        ("My order number is GB-20441, please check", [("order", "GB-20441")]),
        ("Order #55120 never arrived", [("order", "55120")]),
        ("invoice no. 2024/117 was paid on 3 March 2026", [("invoice", "2024/117"), ("date", "3 March 2026")]),
        ("Звоните +7 900 555-01-42", [("phone", "+79005550142")]),
        ("мой телефон 8 (900) 555-01-42", [("phone", "+79005550142")]),
        ("Пишите на Olga.V@mail.example.", [("email", "olga.v@mail.example")]),
        ("Адрес: г. Самара, ул. Ленина, д. 5, кв. 12", [("address", "г. Самара, ул. Ленина, д. 5, кв. 12")]),
        ("I live at 221 Baker Street, flat 4", [("address", "221 Baker Street, flat 4")]),
        ("Купила 12.11.2026 в магазине", [("date", "12.11.2026")]),
        ("Bought on November 12, 2026", [("date", "November 12, 2026")]),
        ("Заказ 4711. Ещё раз: заказ 4711", [("order", "4711")]),
    ],
)
def test_it_is_told(text: str, told: list[tuple[str, str]]) -> None:
    assert [(one.kind.value, one.value) for one in facts_in(text)] == told


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте! Учебник так и не пришёл.",
        "Сделал заказ на 1500 рублей",
        "Заказ 1500 руб не пришёл",
        "заказ 2026 года",
        "Хочу заказать 300 штук",
        "В заказе 120 шт., не хватает трёх",
        "Чек 4500 ₽ потерялся",
        "Счёт 3:2 в нашу пользу",
        "I ordered 300 items",
        "The order 500 pcs is late",
        "Заказ пришёл, спасибо!",
        "В чате ждал 40 минут",
        "Читаю книгу Ленина, 5 глава",
        "Версия 1.2.3 не запускается",
    ],
)
def test_it_is_no_fact(text: str) -> None:
    assert facts_in(text) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Подскажите, пожалуйста, номер заказа.", "order"),
        ("Здравствуйте! Напишите номер вашего заказа, и я всё проверю.", "order"),
        ("Какой у вас номер заказа?", "order"),
        ("Уточните номер договора", "contract"),
        ("Пришлите, пожалуйста, номер счёта", "invoice"),
        ("Сообщите трек-номер отправления и номер накладной", "tracking"),
        ("Укажите контактный телефон для связи.", "phone"),
        ("Какой у вас номер телефона?", "phone"),
        ("Напишите ваш адрес электронной почты", "email"),
        ("Уточните адрес доставки, пожалуйста.", "address"),
        ("Could you tell me your order number?", "order"),
        ("Please send us the order number.", "order"),
        ("What is your order number?", "order"),
        ("What's your phone number?", "phone"),
        ("Please provide your delivery address.", "address"),
        ("Could you share your email address?", "email"),
        ("Please let us know the contract number", "contract"),
    ],
)
def test_it_is_asked_for(text: str, asks: str) -> None:
    assert asked_in(text) == [FactKind(asks)]


@pytest.mark.parametrize(
    "text",
    [
        "Ваш номер заказа я вижу, проверяю.",
        "Не присылайте номер заказа: он у меня есть.",
        "Номер заказа присылать не нужно.",
        "Назовите курьеру номер заказа.",
        "Назовите номер заказа на кассе.",
        "Если номер телефона изменился, напишите новый.",
        "Напишите, пожалуйста, другой номер телефона.",
        "Пришлите новый адрес доставки, и мы переоформим.",
        "Уточните, верно ли: номер заказа 4711?",
        "Какой цвет вам нравится?",
        "Когда вам удобно забрать заказ?",
        "Подскажите, пожалуйста, заказ уже у вас?",
        "Скажите, устраивает ли вас такой срок?",
        "Пришлите, пожалуйста, фото повреждения.",
        "Напишите, на какой адрес вернуть деньги",
        "Мы отправили заказ по вашему адресу.",
        "Позвоните нам по телефону 8 800 555-35-35.",
        "Подскажу по телефону всё, что нужно.",
        "Your order number is 4711, thank you.",
        "There is no need to send the order number.",
        "Please don't send your phone number again.",
        "Please tell the courier your order number.",
        "Is there another phone number?",
        "If your address has changed, please let us know.",
        "Please call us by phone.",
        "What colour would you like?",
        "Could you send a photo of the damage?",
        "Please confirm that the delivery address is still correct.",
        "Is this your email?",
        "Which order is more urgent for you?",
    ],
)
def test_an_ordinary_sentence_asks_for_nothing_told(text: str) -> None:
    assert asked_in(text) == []
