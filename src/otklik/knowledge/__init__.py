"""Help articles: written, approved, found, and what people did with them.

Knows sections, articles and their versions, searches and verdicts. Promises that nobody is shown an article they may
not read, and that an old address still leads somewhere. Must never know a case (only its number, as a bare id).
"""
