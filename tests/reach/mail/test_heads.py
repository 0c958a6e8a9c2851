"""What stands above a quotation, in the languages of our customers, known by its shape alone."""

import pytest

from otklik.reach.adapters.email.knowing import Said
from otklik.reach.adapters.email.quotes import Situation, lines_of_text, own_text

WROTE = {
    "Russian": "27 ноября 2026 г. в 15:19 пользователь Анна <help@gorizont.example> написал:",
    "English": "On 27 November 2026 at 15:19, Anna <help@gorizont.example> wrote:",
    "German": "Am 27.11.2026 um 15:19 schrieb Anna <help@gorizont.example>:",
    "French": "Le 27 nov. 2026 à 15:19, Anna <help@gorizont.example> a écrit :",
    "Spanish": "El 27 nov 2026, a las 15:19, Anna <help@gorizont.example> escribió:",
    "Italian": "Il giorno 27 nov 2026, alle ore 15:19, Anna <help@gorizont.example> ha scritto:",
    "Portuguese": "Em 27 de nov. de 2026, às 15:19, Anna <help@gorizont.example> escreveu:",
    "Polish": "W dniu 27 listopada 2026 15:19 użytkownik Anna <help@gorizont.example> napisał:",
    "Dutch": "Op 27 nov. 2026, om 15:19 heeft Anna <help@gorizont.example> het volgende geschreven:",
    "Ukrainian": "27 листопада 2026 р. о 15:19 Анна <help@gorizont.example> пише:",
    "Kazakh": "27 қараша 2026 ж. 15:19, Анна <help@gorizont.example> жазды:",
    "Italian of an old phone": 'In data 27 novembre 2026 15:19:31 "Anna" <help@gorizont.example> ha scritto:',
    "Polish of Apple": "Wiadomość napisana przez Anna <help@gorizont.example> w dniu 27.11.2026, o godz. 15:19:",
    "Finnish": "pe 27. marraskuuta 2026 klo 15.19 Anna\n<help@gorizont.example> kirjoitti:",
    "Czech": "Dne pá 27. lis. 2026 15:19 Anna <help@gorizont.example>\nnapsal(a):",
    "Hungarian": "Anna <help@gorizont.example> ezt írta (időpont: 2026. nov. 27., P 15:19):",
}
FIELDS = {
    "Russian": ("От", "Отправлено", "Кому", "Тема"),
    "English": ("From", "Sent", "To", "Subject"),
    "German": ("Von", "Gesendet", "An", "Betreff"),
    "French": ("De", "Envoyé", "À", "Objet"),
    "Spanish": ("De", "Enviado", "Para", "Asunto"),
    "Italian": ("Da", "Inviato", "A", "Oggetto"),
    "Portuguese": ("De", "Enviada", "Para", "Assunto"),
    "Polish": ("Od", "Wysłano", "Do", "Temat"),
    "Dutch": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "Ukrainian": ("Від", "Надіслано", "Кому", "Тема"),
    "Kazakh": ("Кімнен", "Жіберілді", "Кімге", "Тақырып"),
    "Danish": ("Fra", "Dato", "Til", "Emne"),
    "Portuguese of Outlook": ("De", "Enviada em", "Para", "Assunto"),
}
NOTES = (
    "Gesendet von Outlook für Android<https://aka.example/x>",
    "Von meinem iPhone gesendet",
    "-- \nDiese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Envoyé de mon iPhone",
    "Télécharger Outlook pour Android<https://aka.example/x>",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Wysłane z iPhone'a",
    "Verstuurd vanaf mijn iPhone",
    "Надіслано з iPhone",
)
ANNOUNCED = (
    "Ответы в тексте:",
    "Мои комментарии по тексту письма",
    "Выделил курсивом",
    "Ответила заглавными буквами прямо в письме.",
    "Отметил звёздочками",
    "Добрый день! Ответы под вопросами.",
    "Пишу синим шрифтом прямо в вашем письме",
    "Siehe unten",
    "Voir ci-dessous",
    "Дивіться нижче",
)
OWN = "Adresse 7, danke."
HERS = "Bitte nennen Sie uns die Adresse der Lieferung."
US = Situation(known=("help@gorizont.example",), sender="ivan@mail.example")


@pytest.mark.parametrize("mark", ["> ", ""], ids=["marked", "unmarked"])
@pytest.mark.parametrize("language", WROTE)
def test_who_wrote_and_when(language: str, mark: str) -> None:
    assert own_text(lines_of_text(f"{OWN}\n\n{WROTE[language]}\n\n{mark}{HERS}"), US) == OWN


@pytest.mark.parametrize("language", FIELDS)
def test_the_fields_of_a_letter(language: str) -> None:
    values = ("Anna <help@gorizont.example>", "27.11.2026 15:19", "Ivan", "Re: 5512")
    head = "\n".join(f"{key}: {value}" for key, value in zip(FIELDS[language], values, strict=True))

    assert own_text(lines_of_text(f"{OWN}\n\n{head}\n\n{HERS}"), US) == OWN


@pytest.mark.parametrize("language", WROTE)
def test_a_letter_of_a_third_party_stays(language: str) -> None:
    theirs = f"{OWN}\n\n{WROTE[language].replace('help@gorizont', 'bank@bank')}\n\n> {HERS}"

    assert own_text(lines_of_text(theirs), US) == theirs


@pytest.mark.parametrize("note", NOTES)
def test_the_advert_of_a_phone_above_a_quotation(note: str) -> None:
    letter = f"{OWN}\n\n{note}\n\n{WROTE['German']}\n\n> {HERS}"

    assert own_text(lines_of_text(letter), US) == OWN


@pytest.mark.parametrize("own", ["Enviado desde Madrid", "Envoyé de Paris par la poste", "Надіслано з Києва"])
def test_a_parcel_sent_from_a_town_is_no_advert(own: str) -> None:
    assert own_text(lines_of_text(f"{OWN}\n\n{own}"), US) == f"{OWN}\n\n{own}"


@pytest.mark.parametrize("name", ["Oprindelig besked", "Původní zpráva", "Alkuperäinen viesti"])
def test_a_rule_with_a_name(name: str) -> None:
    head = (
        f"-------- {name} --------\nFrom: Anna <help@gorizont.example>\nDate: 27.11.2026 15:19\nTo: Ivan\nSubject: 5512"
    )

    assert own_text(lines_of_text(f"{OWN}\n\n{head}\n\n{HERS}"), US) == OWN


@pytest.mark.parametrize("announced", ANNOUNCED)
def test_who_says_that_the_answers_are_inside_is_shown_whole(announced: str) -> None:
    letter = f"{announced}\n\n{WROTE['Russian']}\n> {HERS} Ja, 7."

    assert own_text(lines_of_text(letter), US) == letter


def test_who_only_writes_from_another_address_announces_nothing() -> None:
    own = "Пишу снова, с другого адреса. Отвечу после обеда."

    assert own_text(lines_of_text(f"{own}\n\n{WROTE['Russian']}\n> {HERS}"), US) == own


def test_a_greeting_over_a_letter_that_is_known_whole_is_all_that_was_said() -> None:
    reply = f"Спасибо, Анна!\n\n{WROTE['Russian']}\n> {HERS}"

    assert own_text(lines_of_text(reply), US, Said(ours=[HERS])) == "Спасибо, Анна!"
