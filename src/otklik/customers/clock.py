"""What the customers' book does as time passes."""

from otklik.customers.actions import forget_old_codes
from otklik.foundation.http.limits import forget_old_counts


def forget_what_is_spent() -> None:
    """Used codes and old counts say nothing about anybody any more."""
    forget_old_codes()
    forget_old_counts()
