"""Everything the customer says about us: for now the question whether a case is solved, and the answer.

Promises that a question is asked once per attempt, that opening a link changes nothing, that words beat buttons.
Must never close a case by itself: it tells ``cases`` what the customer said.
"""
