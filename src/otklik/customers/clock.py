"""What the customers' book does as time passes."""

from otklik.customers.actions import forget_old_codes
from otklik.foundation.clock import every
from otklik.foundation.limits import forget_old_counts


@every(minutes=59)
def forget_what_is_spent() -> None:
    """Used codes and old counts say nothing about anybody any more."""
    forget_old_codes()
    forget_old_counts()
