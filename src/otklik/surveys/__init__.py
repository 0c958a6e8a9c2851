"""Surveys: what a house asks many people, and what they answered.

Knows surveys in versions, sittings (somebody goes through one) and answers. Promises that a score belongs to one
wording, that what nobody answered is absent and never zero, that the database keeps who may be known.
Must never close or reopen a case: that is asked by ``voice``.
"""
