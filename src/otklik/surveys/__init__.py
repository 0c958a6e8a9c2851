"""Surveys: what a house asks many people, and what they answered.

Knows surveys in versions, sittings (somebody goes through one) and answers. Promises that a score belongs to one
wording, that what nobody answered is absent and never zero, that the database keeps who may be known.
A low score may bring a case back to its owner, as any new word does. Must never close one: that is asked by ``voice``.
"""
