"""One-time codes by letter, and notices about addresses. They belong to no conversation and are no word in any case;
codes are never kept in clear."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.customers.actions import have_been_told
from otklik.customers.models import AddressProof, ContactPoint
from otklik.customers.queries import addresses_to_tell, bounce_of, opened_by, points_waiting_for_notice
from otklik.foundation.live.bell import wake_workers
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.foundation.text.mail_text import mail_text
from otklik.reach.actions.doors import door_of
from otklik.reach.adapters.channels import Word
from otklik.reach.adapters.compose import Outgoing
from otklik.reach.adapters.incoming import Address
from otklik.reach.adapters.registry import MAIL
from otklik.reach.house import house_of, letter_mark, sender_of
from otklik.reach.models import Inbox, Message
from otklik.reach.queries import first_mail_inbox
from otklik.reach.threads import new_message_id
from otklik.ui.letters import Sheet

logger = logging.getLogger(__name__)
_SHORT = 2
_BARE = Sheet()


def send_code(*, proof: AddressProof, code: str, language: str) -> None:
    """Have the code delivered, if the address is one we know: a stranger's address gets no letter from us."""
    send_code_job.configure(priority=20).defer(proof_id=proof.pk, sealed=lock_secret(code), language=language)
    wake_workers()


@jobs.task(name="reach.send_code", retry=RetryStrategy(max_attempts=5, wait=10))
def send_code_job(proof_id: int, sealed: str, language: str) -> None:
    proof = AddressProof.objects.filter(pk=proof_id, used_at=None, expires_at__gt=timezone.now()).first()
    inbox = first_mail_inbox()
    if proof is None or opened_by(proof.address) is None or bounce_of(proof.address) == "hard":
        return
    if inbox is None:
        logger.warning("code_not_sent", extra={"reason": "no mail inbox is set up"})
        return
    with translation.override(language):
        code = unlock_secret(sealed)
        _deliver(
            inbox,
            proof.address,
            subject=_("%(code)s is your code") % {"code": code},
            words=_("Type it in on the page with your cases. It works for ten minutes and only once."),
            sheet=_code_sheet(code),
        )


def tell_known_addresses(*, customer_id: int) -> None:
    """Tell a person's known addresses of those that staff added; then these open their pages by their own code.

    Safe to run twice: what was told is not told again, unless a letter failed among several.
    """
    waiting = points_waiting_for_notice(customer_id)
    inbox = first_mail_inbox()
    if not waiting or inbox is None:
        return
    with translation.override(waiting[0].customer.language):
        for told, about in _to_tell(waiting).items():
            words = mail_text("reach/mail/address_added.txt", addresses=sorted(map(glimpsed, about)))
            _deliver(inbox, told, subject=_("An address was added to what we know of you"), words=words)
    have_been_told(contact_point_ids=[point.pk for point in waiting])


def _to_tell(waiting: Sequence[ContactPoint]) -> dict[str, list[str]]:
    """Known address → the addresses that it is told of."""
    letters: dict[str, list[str]] = {}
    for point in waiting:
        for known in addresses_to_tell(point):
            letters.setdefault(known, []).append(point.value)
    return letters


def glimpsed(address: str) -> str:
    """``i…v@mail.example``: known again by whom it belongs to, told to nobody else."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…{local[-1:] if len(local) > _SHORT else ''}@{domain}"


def _deliver(inbox: Inbox, address: str, *, subject: str, words: str, sheet: Sheet = _BARE) -> None:
    letter = Outgoing(
        message_id=new_message_id(Message.Purpose.CODE),
        sender=sender_of(inbox, ""),
        reply_to="",
        to=[Address(email=address)],
        subject=subject,
        words=words,
        sheet=sheet,
        house=house_of(inbox),
        mark=letter_mark(),
        at=timezone.now(),
        is_automatic=True,
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    door = door_of(inbox)
    for part in MAIL.write(Word(id=letter.message_id, to=(address,), letter=letter), door):
        MAIL.hand_over(door, part)


def _code_sheet(code: str) -> Sheet:
    """No face, no button, no link: such a letter teaches nobody to press on strangers' ones."""
    warning = _(
        "If you did not ask for it, do nothing: without the code nobody sees anything. "
        "Nobody of us will ever ask you for it."
    )
    return Sheet(heading=_("The code for your cases"), code=code, hints=[warning])
