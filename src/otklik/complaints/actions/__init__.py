"""The only writer of complaints."""

from otklik.complaints.actions.answering import answer, offer_ways
from otklik.complaints.actions.hearing import accept, hear_word, refuse
from otklik.complaints.actions.judging import assess, choose_terms, entrust, investigate
from otklik.complaints.actions.keeping import follow_case, follow_customer, forget_complaints
from otklik.complaints.actions.measuring import Measuring, measures_problems
from otklik.complaints.actions.problems import (
    finish_fix,
    link_case,
    link_complaint,
    move_problem,
    save_fix,
    save_problem,
    unlink_case,
)
from otklik.complaints.actions.receiving import acknowledge, acknowledge_by_itself, receive_complaint
from otklik.complaints.actions.running import count_terms_anew, tell_of_hearing, tell_of_term, unanswered_of_teams
from otklik.complaints.actions.settings import save_term, save_way
from otklik.complaints.actions.settling import end, improve, keep_open, withdraw
from otklik.complaints.actions.telling import preview_telling, tell_touched, to_tell, write_to

__all__ = [
    "Measuring",
    "accept",
    "acknowledge",
    "acknowledge_by_itself",
    "answer",
    "assess",
    "choose_terms",
    "count_terms_anew",
    "end",
    "entrust",
    "finish_fix",
    "follow_case",
    "follow_customer",
    "forget_complaints",
    "hear_word",
    "improve",
    "investigate",
    "keep_open",
    "link_case",
    "link_complaint",
    "measures_problems",
    "move_problem",
    "offer_ways",
    "preview_telling",
    "receive_complaint",
    "refuse",
    "save_fix",
    "save_problem",
    "save_term",
    "save_way",
    "tell_of_hearing",
    "tell_of_term",
    "tell_touched",
    "to_tell",
    "unanswered_of_teams",
    "unlink_case",
    "withdraw",
    "write_to",
]
