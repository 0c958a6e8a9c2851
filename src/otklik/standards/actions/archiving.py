"""A standard that is not chosen any more, and back."""

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.standards.actions.writing import check_matter_free, forget
from otklik.standards.choosing import ORDER
from otklik.standards.events import StandardArchived, StandardBroughtBack
from otklik.standards.models import Standard


@in_one
def archive(*, standard: Standard, actor: Actor) -> None:
    """No case is served by it from now on; those that hold it keep it. Raises ``Refusal('archived_already')``."""
    require(actor, "standards.edit")
    rows = Standard.objects.filter(pk=standard.pk, archived_at=None)
    if not rows.update(archived_at=Now(), is_default=False):
        raise Refusal("archived_already", _("This standard is in the archive already."))
    standard.refresh_from_db()
    forget()
    announce(StandardArchived(standard_id=standard.pk), actor=actor)


@once_more_if_taken
@in_one
def bring_back(*, standard: Standard, actor: Actor) -> None:
    """It is chosen again for what it was for; not as the one that holds when no other does.

    Raises ``Refusal('not_archived' | 'matter_taken')``.
    """
    require(actor, "standards.edit")
    here = Standard.objects.get(pk=standard.pk)
    here.archived_at = None
    check_matter_free(here, {name: getattr(here, name) for name in ORDER})
    if not Standard.objects.filter(pk=standard.pk, archived_at__isnull=False).update(archived_at=None):
        raise Refusal("not_archived", _("This standard is not in the archive."))
    standard.refresh_from_db()
    forget()
    announce(StandardBroughtBack(standard_id=standard.pk), actor=actor)
