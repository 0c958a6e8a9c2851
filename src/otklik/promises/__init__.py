"""Promises that hold: who is told before one breaks, what became of one that broke, and the word that is owed for it.

Knows what a case has promised and counts its time; promises that each person is told once, that what broke stays on the
record, and that no word of apology leaves by itself.
Must never know how a promise is counted, nor change one by itself.
"""
