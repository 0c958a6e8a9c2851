"""What a channel is given to see of its inbox."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from otklik.reach.actions.logins import login_secret
from otklik.reach.adapters.channels import Door
from otklik.reach.models import Inbox
from otklik.reach.threads import mail_domain


def door_of(inbox: Inbox | None) -> Door:
    """The door of e-mail; without an inbox, one that only letters may come in by."""
    return Door(
        kind="email",
        id=inbox.pk if inbox else 0,
        address=inbox.address if inbox else "",
        settings={
            "imap_url": inbox.imap_url if inbox else "",
            "smtp_url": (inbox.smtp_url if inbox else "") or settings.SMTP_URL,
            "folder": Path(settings.DATA_DIR) / "outbox",
            "trusted_hosts": settings.TRUSTED_MAIL_HOSTS,
            "own_domains": (mail_domain(),),
        },
        secret=_secret_of(inbox),
    )


def _secret_of(inbox: Inbox | None) -> Callable[[str], str]:
    """Passwords and access tokens are asked for at the moment they are needed: these pass."""
    return partial(login_secret, inbox) if inbox else lambda _name: ""
