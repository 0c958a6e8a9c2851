"""The design system: tokens, components, page shells, small scripts and the words of time and size.

It knows how things look and promises that every part works without scripts, in both languages, by day and by night.
It must never know a case, a customer or a query: whatever a template shows comes in its context.
"""
