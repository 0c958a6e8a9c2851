"""The work itself: one matter of one customer, with one named owner until the customer is satisfied.

Promises that a case always has an owner, that only the customer's word makes it satisfied, and that silence
is counted apart.
Must never know how words travel, nor how the customer is asked.
"""
