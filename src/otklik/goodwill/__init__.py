"""Goodwill: what an agent may give a customer by their own "yes", and by which rule somebody says "no".

Knows gifts, limits, budgets, the ledger, who was asked and what was answered. Promises that no kopeck is given twice or
beyond what is there, and that the ledger is never rewritten. Must never know what a customer was asked to rate: a
gesture is tied to no rating and no review.
"""
