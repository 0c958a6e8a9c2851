"""The only writer of people and their addresses."""

from otklik.customers.actions.addresses import (
    add_contact_point,
    close_way,
    forget_bounce,
    have_been_told,
    mark_contact_point,
    normalise,
    open_way,
    record_bounce,
    remove_contact_point,
)
from otklik.customers.actions.codes import CODE_LIVES, check_code, end_sign_in, forget_old_codes, make_code
from otklik.customers.actions.joining import join_identity
from otklik.customers.actions.meeting import identify, meet_customer, meet_stranger
from otklik.customers.actions.organizations import edit_organization, found_organization
from otklik.customers.actions.people import edit_customer, erase_customer, merge_customers, note_export
from otklik.customers.actions.wishes import Wished, write_wishes

__all__ = [
    "CODE_LIVES",
    "Wished",
    "add_contact_point",
    "check_code",
    "close_way",
    "edit_customer",
    "edit_organization",
    "end_sign_in",
    "erase_customer",
    "forget_bounce",
    "forget_old_codes",
    "found_organization",
    "have_been_told",
    "identify",
    "join_identity",
    "make_code",
    "mark_contact_point",
    "meet_customer",
    "meet_stranger",
    "merge_customers",
    "normalise",
    "note_export",
    "open_way",
    "record_bounce",
    "remove_contact_point",
    "write_wishes",
]
