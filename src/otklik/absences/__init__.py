"""Absences that are known before: what falls due in one is passed on, moved or left with a reason, one by one.

Promises that nothing of it is forgotten in silence, that the deputy answers from the first minute, that leads see it.
Must never know how an owner is chosen, nor write to a customer by itself.
"""
