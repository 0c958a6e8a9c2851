"""``otklik channel add email``: an inbox, from where its letters are fetched and how they are sent."""

import argparse
from urllib.parse import urlsplit

from django.conf import settings

from otklik.commands.passwords import ask_password
from otklik.commands.prepare import prepare
from otklik.commands.problems import USAGE, Problem
from otklik.config import environment
from otklik.reach.actions import add_email_inbox
from otklik.reach.adapters.oauth import wants_token


def run(args: argparse.Namespace) -> None:
    _check_url("--imap", args.imap, ("imaps", "imap"))
    _check_url("--smtp", args.smtp, ("smtps", "smtp+tls", "smtp"))
    _check_oauth(args.imap, args.smtp)
    imap_password = _password_for(args.imap, "OTKLIK_IMAP_PASSWORD", "IMAP")
    smtp_password = _password_for(args.smtp, "OTKLIK_SMTP_PASSWORD", "SMTP")
    prepare()
    inbox = add_email_inbox(
        address=args.address,
        name=args.name,
        imap_url=args.imap,
        smtp_url=args.smtp,
        imap_password=imap_password,
        smtp_password=smtp_password,
        since=args.since,
        earlier=args.older,
    )
    print(f"The inbox {inbox.address} is open.")


def _check_url(option: str, url: str, schemes: tuple[str, ...]) -> None:
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        wanted = " or ".join(f"{scheme}://user@host" for scheme in schemes)
        raise Problem(f"{option} must look like {wanted}.", exit_code=USAGE)
    if parts.password is not None:
        variable = f"OTKLIK_{option.strip('-').upper()}_PASSWORD"
        raise Problem(
            f"Leave the password out of {option}, where others could read it: set {variable}, or type it when asked.",
            exit_code=USAGE,
        )


def _check_oauth(*urls: str) -> None:
    if any(wants_token(url) for url in urls) and not settings.MAIL_OAUTH["url"]:
        raise Problem(
            "auth=xoauth2 needs a token server: set OTKLIK_MAIL_OAUTH_TOKEN_URL and _CLIENT_ID first.", exit_code=USAGE
        )


def _password_for(url: str, variable: str, what: str) -> str:
    """A password; with ``?auth=xoauth2`` a refresh token, or '' when the house itself is let in."""
    if not url or not urlsplit(url).username:
        return ""
    if wants_token(url):
        return environment.secret(variable)
    return ask_password(variable, f"{what} password for {urlsplit(url).username}: ")
