"""Talks by phone and in person: written down, rung on the screen, called back.

Knows what a telephone exchange tells of calls, what was said aloud in a case, whom we owe a call, who stands at the
counter; promises that no missed call is forgotten and that a number never joins people by itself.
Must never know how a case is owned or a promise counted: it asks the cases for both.
"""
