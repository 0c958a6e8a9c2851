"""One-time codes that prove an address, and the sign-ins that were ended."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.actions.addresses import normalise
from otklik.customers.models import AddressProof, ContactPoint, Customer, EndedSignIn, FormerAddress
from otklik.customers.queries import FORMER_KEPT, opened_by
from otklik.foundation.errors import Refusal

CODE_LIVES = timedelta(minutes=10)
_MOST_TRIES = 5
_ENDED_KEPT = timedelta(days=30)


@transaction.atomic
def make_code(*, email: str) -> tuple[AddressProof, str]:
    """A new one-time code of six digits for an address, known or not; it works where it was asked for.

    Codes that others ask for at the same address neither end it nor use up its tries.
    """
    email = normalise("email", email)
    code = f"{secrets.randbelow(1_000_000):06}"
    proof = AddressProof.objects.create(
        address=email, digest=_digest_of(email, code), expires_at=timezone.now() + CODE_LIVES
    )
    return proof, code


def check_code(*, email: str, code: str, proof_id: int) -> Customer:
    """The customer whose address this is, now verified. Raises ``Refusal('code_wrong' | 'code_spent')``.

    ``proof_id``: what this very browser asked for.
    Each try counts at once and for good: after five, or ten minutes, only a new code helps.
    """
    email = normalise("email", email)
    now = timezone.now()
    asked = AddressProof.objects.filter(pk=proof_id, address=email, used_at=None)
    alive = asked.filter(expires_at__gt=now, tries__lt=_MOST_TRIES)
    proof = alive.first()
    if proof is None or not alive.filter(pk=proof.pk).update(tries=F("tries") + 1):
        text = _("This code is no longer valid. Ask for a new one, it comes at once.")
        raise Refusal("code_spent", text, fields={"code": text})
    digits = "".join(letter for letter in code if letter.isdecimal())
    owner = opened_by(email)
    is_right = hmac.compare_digest(proof.digest, _digest_of(email, digits))
    if not is_right or owner is None or not AddressProof.objects.filter(pk=proof.pk, used_at=None).update(used_at=now):
        text = _("This is not the code from the letter. Compare the six digits.")
        raise Refusal("code_wrong", text, fields={"code": text})
    ContactPoint.objects.filter(kind="email", value=email, verified_at=None).update(verified_at=now)
    return owner


def forget_old_codes() -> None:
    now = timezone.now()
    AddressProof.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    EndedSignIn.objects.filter(ended_at__lt=now - _ENDED_KEPT).delete()
    FormerAddress.objects.filter(removed_at__lt=now - FORMER_KEPT).delete()


def end_sign_in(*, mark: str) -> None:
    """Whoever has kept the cookie of a session that was ended has nothing."""
    EndedSignIn.objects.get_or_create(mark=mark)


def _digest_of(email: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"code:{email}:{code}".encode(), hashlib.sha256).hexdigest()
