"""One-time codes by letter. They belong to no conversation, are no word in any case, and are never kept in clear."""

import logging
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.customers.models import AddressProof
from otklik.customers.queries import bounce_of, by_address
from otklik.foundation.bell import wake_workers
from otklik.foundation.mail_text import letter_text
from otklik.foundation.policies import policy
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.reach.actions.logins import login_secret
from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.compose import Outgoing, compose
from otklik.reach.adapters.delivering import Letter
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Message
from otklik.reach.queries import first_mail_inbox
from otklik.reach.threads import new_message_id

logger = logging.getLogger(__name__)


def send_code(*, proof: AddressProof, code: str, language: str) -> None:
    """Have the code delivered, if the address is one we know: a stranger's address gets no letter from us."""
    send_code_job.configure(priority=20).defer(proof_id=proof.pk, sealed=lock_secret(code), language=language)
    wake_workers()


@jobs.task(name="reach.send_code", retry=RetryStrategy(max_attempts=5, wait=10))
def send_code_job(proof_id: int, sealed: str, language: str) -> None:
    proof = AddressProof.objects.filter(pk=proof_id, used_at=None, expires_at__gt=timezone.now()).first()
    inbox = first_mail_inbox()
    if proof is None or by_address("email", proof.address) is None or bounce_of(proof.address) == "hard":
        return
    if inbox is None:
        logger.warning("code_not_sent", extra={"reason": "no mail inbox is set up"})
        return
    with translation.override(language):
        letter = Outgoing(
            message_id=new_message_id(Message.Purpose.CODE),
            sender=Address(email=inbox.address, name=policy("company.name")),
            reply_to="",
            to=[Address(email=proof.address)],
            subject=_("%(code)s is your code") % {"code": unlock_secret(sealed)},
            text=letter_text("reach/mail/code.txt", code=unlock_secret(sealed)),
            at=timezone.now(),
            is_automatic=True,
            language=language,
        )
    envelope = Letter(content=compose(letter), sender=inbox.address, recipients=(proof.address,))
    url = inbox.smtp_url or settings.SMTP_URL
    smtp_out.deliver(envelope, url=url, password=login_secret(inbox, "smtp"), folder=Path(settings.DATA_DIR) / "outbox")
