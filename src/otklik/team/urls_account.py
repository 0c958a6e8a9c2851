"""Pages of the log-in. Of those that django-allauth brings, these few are open; every other one leads nowhere.

Closed are signing up, changing one's own address or adding another, connecting outside accounts, and log-in by a code
from a letter: an admin names the agents, and a borrowed session must not become a lasting one.
"""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.urls import urlpatterns as brought
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver

type Page = Callable[..., HttpResponseBase]

OPEN = frozenset(
    {
        "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
        "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "socialaccount_login_cancelled", "socialaccount_login_error",
        "openid_connect_login", "openid_connect_callback", "mfa_index", "mfa_authenticate", "mfa_reauthenticate",
        "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_list_webauthn",
        "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_reauthenticate_webauthn",
        "mfa_login_webauthn",
    }
)  # fmt: skip
PROVED = frozenset({"mfa_view_recovery_codes", "mfa_download_recovery_codes"})
"""Open to whoever has just proved again who they are: what they show is as good as a second factor."""


def closed(_request: HttpRequest, **_words: str) -> HttpResponseBase:
    raise Http404


def by_letter(_request: HttpRequest) -> HttpResponseBase:
    """Who has no password yet proves by a letter that they read the agent's mail."""
    return redirect("account_reset_password")


def _page(one: URLPattern) -> Page:
    if one.name in OPEN:
        return one.callback
    if one.name in PROVED:
        return reauthentication_required(app="allauth.mfa")(one.callback)  # type: ignore[no-any-return]
    return by_letter if one.name == "account_set_password" else closed


def _guarded(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    return [
        URLResolver(one.pattern, _guarded(one.url_patterns), one.default_kwargs, one.app_name, one.namespace)
        if isinstance(one, URLResolver)
        else URLPattern(one.pattern, _page(one), one.default_args, one.name)
        for one in patterns
    ]


urlpatterns = _guarded(brought)
