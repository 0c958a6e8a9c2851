"""Every open page, form and message of the log-in speaks in our words, in both languages."""

import re

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import Client
from django.utils import translation

from otklik.team.login import AccountAdapter, SecondFactors, invitation_url
from otklik.team.models import Agent
from otklik.team.urls_account import OPEN, PROVED
from tests.building import make_agent
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
RU = {"accept-language": "ru"}
EN = {"accept-language": "en"}
THEIRS = re.compile(
    r"Sign (?:Out|In|out|in)|Password Reset|Bad Token|Account Inactive|Are you sure|third-party|Third-Party|"
    r"authenticat(?:or|ion)|recovery code|Remember Me|Current Password|Forgotten your|Forgot your|contact us if|"
    r"Войти в систему|учётн\w+ запис|учетн\w+ запис|Выйти из|Вы уверены|Сброс пароля|Запомнить меня|аутентификац|"
    r"Забыли свой пароль|Ваше имя пользователя|сторонн\w+|[Рр]езервн\w+ код|Неверн\w+|Недейств\w+|Ошибка|успешно"
)


def main_of(text: str) -> str:
    """What a person reads on the page."""
    inside = text.split('<main id="main"', 1)[1].split("</main>", 1)[0]
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", inside, flags=re.DOTALL) + " ".join(
        re.findall(r'placeholder="([^"]*)"', inside)
    )


def stranger(path: str, language: str) -> str:
    return main_of(Client(headers={"accept-language": language}).get(path, follow=True).text)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "login/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "inactive/",
        "password/reset/key/1-none/", "3rdparty/login/cancelled/", "3rdparty/login/error/",
    ],
)  # fmt: skip
def test_pages_before_the_door(path: str, language: str) -> None:
    words = stranger(f"/account/{path}", language)

    assert words.strip()
    assert THEIRS.findall(words) == []
    assert bool(re.search("[а-яё]", words)) == (language == "ru")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", ["logout/", "password/change/", "reauthenticate/", "2fa/", "password/reset/"])
def test_pages_behind_the_door(path: str, language: str) -> None:
    words = main_of(_worker(language).get(f"/account/{path}", follow=True).text)

    assert THEIRS.findall(words) == []
    assert bool(re.search("[а-яё]", words.replace("Анна Смирнова", ""))) == (language == "ru")


def _worker(language: str) -> Client:
    anna = make_agent()
    Agent.objects.filter(pk=anna.pk).update(language=language)
    client = Client(headers={"accept-language": language})
    client.force_login(Agent.objects.get(pk=anna.pk))
    return client


@pytest.mark.parametrize(("headers", "told"), [(RU, "Не совпадает с паролем выше."), (EN, "This differs from")])
def test_two_different_passwords_are_told_kindly(headers: dict[str, str], told: str) -> None:
    client, anna = Client(headers=headers), make_agent()
    page = client.get(invitation_url(anna).partition("8000")[2] or "/" + invitation_url(anna).split("/", 3)[3])

    answer = client.post(page["Location"], {"password1": "ольха-и-ясень-42", "password2": "другое-слово-42"})

    assert told in answer.text
    assert THEIRS.findall(main_of(answer.text)) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_wrong_password_blames_nobody(language: str) -> None:
    client = Client(headers={"accept-language": language})

    answer = client.post("/account/login/", {"login": "anna@gorizont.example", "password": "не тот"})

    assert THEIRS.findall(main_of(answer.text)) == []
    assert ("не подходят друг к другу" if language == "ru" else "do not fit together") in answer.text


def test_the_errors_that_an_open_page_can_say_are_ours() -> None:
    said = {"account_inactive", "email_password_mismatch", "enter_current_password", "incorrect_code"}
    said |= {"incorrect_password", "invalid_password_reset", "too_many_login_attempts", "rate_limited", "unknown_email"}
    for ours, theirs, codes in (
        (AccountAdapter, DefaultAccountAdapter, said),
        (SecondFactors, DefaultMFAAdapter, {"incorrect_code", "cannot_delete_authenticator"}),
    ):
        with translation.override("en"):
            same = [code for code in codes if str(ours.error_messages[code]) == str(theirs.error_messages[code])]
        assert same == []


MESSAGES = [
    "account/messages/logged_in.txt", "account/messages/logged_out.txt", "account/messages/password_changed.txt",
    "mfa/messages/recovery_codes_generated.txt", "mfa/messages/totp_activated.txt", "mfa/messages/totp_deactivated.txt",
    "mfa/messages/webauthn_added.txt", "mfa/messages/webauthn_removed.txt",
]  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", MESSAGES)
def test_messages_after_a_change(name: str, language: str) -> None:
    with translation.override(language):
        words = render_to_string(name, {"user": AnonymousUser()}).strip()

    assert words
    assert THEIRS.findall(words) == []
    assert bool(re.search("[а-яё]", words)) == (language == "ru")


def test_every_open_page_has_a_template_of_ours() -> None:
    """What is opened later must be written anew first."""
    pages = {
        "account_login": "account/login.html", "account_logout": "account/logout.html",
        "account_inactive": "account/account_inactive.html", "account_reauthenticate": "account/reauthenticate.html",
        "account_change_password": "account/password_change.html",
        "account_reset_password": "account/password_reset.html",
        "account_reset_password_done": "account/password_reset_done.html",
        "account_reset_password_from_key": "account/password_reset_from_key.html",
        "account_reset_password_from_key_done": "account/password_reset_from_key_done.html",
        "socialaccount_login_cancelled": "socialaccount/login_cancelled.html",
        "socialaccount_login_error": "socialaccount/authentication_error.html",
        "openid_connect_login": "socialaccount/login.html", "mfa_index": "mfa/index.html",
        "mfa_authenticate": "mfa/authenticate.html", "mfa_reauthenticate": "mfa/reauthenticate.html",
        "mfa_activate_totp": "mfa/totp/activate_form.html", "mfa_deactivate_totp": "mfa/totp/deactivate_form.html",
        "mfa_generate_recovery_codes": "mfa/recovery_codes/generate.html",
        "mfa_list_webauthn": "mfa/webauthn/authenticator_list.html", "mfa_add_webauthn": "mfa/webauthn/add_form.html",
        "mfa_remove_webauthn": "mfa/webauthn/authenticator_confirm_delete.html",
        "mfa_edit_webauthn": "mfa/webauthn/edit_form.html",
        "mfa_reauthenticate_webauthn": "mfa/webauthn/reauthenticate.html",
        "mfa_view_recovery_codes": "mfa/recovery_codes/index.html",
    }  # fmt: skip
    without_words = {"openid_connect_callback", "mfa_login_webauthn", "mfa_download_recovery_codes"}

    assert set(pages) | without_words == OPEN | PROVED
    assert {name for name in pages.values() if "/otklik/ui/" not in get_template(name).origin.name} == set()


def test_who_is_inside_sees_who_they_are() -> None:
    assert "Анна Смирнова" in desk(make_agent()).get("/account/password/reset/").text
