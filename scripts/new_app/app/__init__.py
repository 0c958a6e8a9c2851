"""Sample: what somebody wrote down about a case.

Knows its entries and who wrote them. Promises that the owner of the case hears of each. Must never know who else looks.
"""
