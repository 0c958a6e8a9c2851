"""Suggestions: what customers and colleagues would do better, and what became of it.

Knows each suggestion, the voices for it and their own words, what weighs for it, what we answer and whom we told.
Promises one voice for each person, that nothing is shown in public before somebody of ours approved the words, and that
everyone who asked is told once. Must never sum its evidence up to one number, nor write past the gate.
"""
