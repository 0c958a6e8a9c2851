"""The only writer of what became of promises."""

from otklik.promises.actions.answering import apologize, bring_together, forget_words, give_word, lose_word, say_how
from otklik.promises.actions.looking import look_again, mail_notice, mind_promises
from otklik.promises.actions.offering import decide_offer, offer_promise, promise_what_is_said

__all__ = [
    "apologize",
    "bring_together",
    "decide_offer",
    "forget_words",
    "give_word",
    "look_again",
    "lose_word",
    "mail_notice",
    "mind_promises",
    "offer_promise",
    "promise_what_is_said",
    "say_how",
]
