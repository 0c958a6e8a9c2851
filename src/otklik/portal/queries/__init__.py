"""What a customer's pages show, and what they must not."""

from otklik.portal.queries.case import case_page, keeper, page_conversation, said_last, zone_of
from otklik.portal.queries.house import (
    Face,
    company,
    duty,
    face,
    figures,
    first_answer_by,
    known_company,
    mail_address,
    zone_words,
)
from otklik.portal.queries.mine import SESSION_LIVES, Mine, my_cases, sign_in_word, signed_in

__all__ = [
    "SESSION_LIVES",
    "Face",
    "Mine",
    "case_page",
    "company",
    "duty",
    "face",
    "figures",
    "first_answer_by",
    "keeper",
    "known_company",
    "mail_address",
    "my_cases",
    "page_conversation",
    "said_last",
    "sign_in_word",
    "signed_in",
    "zone_of",
    "zone_words",
]
