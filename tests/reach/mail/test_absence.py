"""Absence notices and receipts without headers, known by their words; and people who use the same words."""

import pytest

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Incoming
from tests.reach.mail.letters import letter


def automatic(body: str, subject: str = "Re: Заказ 5512", *headers: str) -> str:
    found = parse(letter(*headers, head=f"From: ivan@example.ru\r\nSubject: {subject}\r\n".encode(), body=body))
    assert isinstance(found, Incoming)
    return found.automatic_because


@pytest.mark.parametrize(
    "body",
    [
        "Меня нет в офисе до 05.12.2026. Отвечу после возвращения.",
        "Здравствуйте! Я в отпуске с 1 по 14 декабря. По срочным вопросам обращайтесь к Ивану, +7 900 000-00-00.",
        "Добрый день!\r\n\r\nСейчас нахожусь в командировке, доступ к почте ограничен.\r\n\r\nС уважением,\r\nПётр",
        "Благодарю за письмо. Буду отсутствовать до 10.12. Если ваш вопрос срочный, пишите на sales@example.ru",
        "Я на больничном. Мои письма читает Ольга: olga@example.ru",
        "Меня не будет на месте с 1 по 5 декабря",
        "Я больше не работаю в компании. По всем вопросам пишите Ирине: irina@example.ru",
        "I am out of the office until 5 December. If you need immediate assistance, please contact Anna.",
        "Буду недоступна до 15 января. С вопросами — к Елене, elena@example.ru",
        "Out of office: back on Jan 12.",
        "Добрый день, сегодня у меня выходной. Отвечу на ваше письмо завтра.",
        "Здравствуйте! Я уволилась из компании. По рабочим вопросам пишите на office@example.ru.",
        "Данный сотрудник больше не работает в компании. Пожалуйста, обращайтесь на info@example.ru",
        "Наш офис закрыт с 31 декабря по 8 января. Ответим на ваши письма 9 января.",
        "Мы не работаем в праздничные дни. Ваше письмо будет обработано в первый рабочий день.",
        "Благодарим за обращение. Сейчас нерабочее время, мы ответим вам завтра после 9:00.",
        "Our office is closed for the holidays until January 9. We will reply when we return.",
        "Jane Doe is no longer with Example Inc. Please direct your enquiries to info@example.com.",
        "I'm away from my desk today. If it's urgent call me on +1 555 0100.",
        "Hello, I'm on annual leave with limited access to email. I will reply when I am back.",
    ],
)
def test_who_only_says_that_they_are_away_is_no_word(body: str) -> None:
    assert automatic(body) == "out_of_office"


@pytest.mark.parametrize(
    "body",
    [
        "Это автоматическое сообщение, отвечать на него не нужно. Ваше обращение зарегистрировано под номером 88123.",
        "Уважаемый клиент! Ваша заявка №88123 зарегистрирована. Мы ответим в течение двух рабочих дней.",
        "Ваше обращение принято. Номер обращения: 5512. Пожалуйста, не отвечайте на это письмо.",
        "Вашему обращению присвоен номер 4471. Просим указывать его в теме письма.",
        "Ваш запрос № 123-45 принят в работу. Вы можете отслеживать его в личном кабинете.",
        "Ваше письмо получено и будет рассмотрено в ближайшее время. Служба поддержки.",
        "Your request (#5512) has been received and is being reviewed. To add comments, reply to this email.",
        "Мы получили ваше письмо и уже работаем над ответом. Номер заявки: #55123. Команда поддержки",
        "Заявка №4512 создана. Тема: Заказ 5512. Статус: Новая. Ответственный: не назначен.",
        "Статус вашей заявки 3341 изменён на «В работе».",
        "Уведомление: ваш запрос SD-1209 переведён в статус «Решён». Оцените качество: https://example.ru/rate",
        "Это письмо отправлено роботом. Пожалуйста, не отвечайте на него.",
        "Автоматический ответ: спасибо за письмо, я отвечу вам в ближайшее время.",
        "Ваше письмо доставлено в приёмную и зарегистрировано за № 01-12/345 от 27.11.2026.",
        "Ваше сообщение\r\n\r\n  Кому: Иванов\r\n  Тема: Заказ\r\n\r\nпрочтено 27.11.2026 15:25.",
        "Это подтверждение прочтения вашего письма «Заказ 5512», отправленного 27.11.2026.",
        "Ваш отклик на вакансию получен. Мы свяжемся с вами, если ваша кандидатура нас заинтересует.",
        "Вы подписались на рассылку «Новости магазина». Чтобы отписаться, перейдите по ссылке.",
        "##- Please type your reply above this line -## Your request (77881) has been updated.",
        "This mailbox is not monitored. Please do not reply.",
        "Your support request has been closed. If the issue persists, reply to reopen it.",
        "Thank you for reaching out! We got your message and will get back to you within one business day.",
        "This is an automated response confirming the receipt of your ticket. Your ticket ID: 12345.",
    ],
)
def test_what_a_ticket_system_writes_is_no_word(body: str) -> None:
    assert automatic(body, "[Заявка #88123] Re: Заказ 5512") == "receipt"


@pytest.mark.parametrize(
    "body",
    [
        "Я сейчас в отпуске, вернусь 10 декабря, можно перенести доставку?",
        "Меня нет дома до 5 декабря, привезите 6-го.",
        "Ваша заявка №4512 закрыта, а проблема осталась!",
        "Ваш запрос получен, высылаю документы во вложении.",
        "Не отвечайте на это письмо Иванову, пишите мне.",
        "Пожалуйста, не отвечайте на это письмо, вопрос снят.",
        "Меня не будет на месте, посылку примет Ольга.",
        "Сегодня выходной, а заказ всё равно ждал весь день.",
        "У меня выходной в четверг, привозите тогда.",
        "У меня выходной, могу приехать сам.",
        "Заявка №12 создана мной по ошибке, удалите.",
        "Автоответ вашей системы пришёл на немецком.",
        "Чтобы отписаться, я писал вам трижды.",
        "Our office is closed, leave the box with the guard.",
        "Your case was closed too early.",
        "We received your e-mail and will sign the contract on Monday.",
        "Наш офис закрыт в субботу, привозите в понедельник.",
        "Я уволилась, корпоративный адрес больше не действует, смените мою почту в кабинете на личную.",
        "I'm away from my desk but the answer is yes.",
        "Your ticket #7788 was closed but the problem is still there.",
        "We got your message and we decline the offer.",
        "Please do not reply to this email address, use my new one: ivan@new.example",
        "Я в отпуске до 10-го, заказ привезите потом.",
        "Я в командировке до пятницы, документы подпишу в понедельник, счёт оплачен.",
        "В отпуске потерял карту, заблокируйте её.",
        "Буду отсутствовать до пятницы, поэтому прошу ответить до четверга.",
        "Ваше обращение зарегистрировано под номером 88123: такой ответ я получил месяц назад, и тишина.",
        "Мне пришло «Это автоматическое сообщение», а ответа нет.",
        "Ваша заявка принята, но монтажник не пришёл.",
        "Ваше письмо получено, всё в порядке, спасибо!",
        "I am on vacation until the 5th, please deliver after that.",
        "Your ticket was closed but the app still does not work.",
        "Нет, не заменили! Жду уже месяц.",
        "Добрый день, оплатил сегодня",
    ],
)
def test_who_says_something_of_their_own_is_a_person(body: str) -> None:
    assert automatic(body) == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Автоответчик: не записывает", "Здравствуйте! Автоответчик на линии не записывает сообщения."),
        ("В отпуске: не работает карта", "Карта не читается ни в одном банкомате."),
        ("Автоответ: как отключить?", "Покажите, где это в настройках."),
        ("Out of office: how do I set it up?", "I cannot find the menu."),
        ("Автоматический ответ: приходит дважды", "Прошу исправить, клиенты жалуются."),
    ],
)
def test_a_subject_that_begins_like_a_notice_does_not_make_a_machine(subject: str, body: str) -> None:
    assert automatic(body, subject) == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Автоответ: Заказ 5512", "Спасибо за письмо!"),
        ("Автоответчик: Re: Заказ 5512", "Спасибо за письмо!"),
        ("В отпуске: Re: Заказ 5512", "До встречи."),
        ("Прочтено: Заказ 5512", "Ваше сообщение\r\n\r\nПрочтено 27 ноября 2026 г. 10:15:00"),
        ("Read: your order", "Your message was read on Friday."),
    ],
)
def test_a_notice_above_our_subject_is_one(subject: str, body: str) -> None:
    assert automatic(body, subject) in {"out_of_office", "receipt"}
