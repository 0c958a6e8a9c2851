"""What a customer's pages show, and what they must not."""

from otklik.portal.queries.case import (
    Wish,
    case_page,
    keeper,
    page_conversation,
    said_by_former,
    said_last,
    typed_address,
)
from otklik.portal.queries.house import (
    Face,
    company,
    duty,
    face,
    figures,
    first_answer,
    house_zone,
    known_company,
    mail_address,
    zone_for,
)
from otklik.portal.queries.mine import SESSION_LIVES, Mine, mark_of, my_cases, sign_in_word, signed_in

__all__ = [
    "SESSION_LIVES",
    "Face",
    "Mine",
    "Wish",
    "case_page",
    "company",
    "duty",
    "face",
    "figures",
    "first_answer",
    "house_zone",
    "keeper",
    "known_company",
    "mail_address",
    "mark_of",
    "my_cases",
    "page_conversation",
    "said_by_former",
    "said_last",
    "sign_in_word",
    "signed_in",
    "typed_address",
    "zone_for",
]
