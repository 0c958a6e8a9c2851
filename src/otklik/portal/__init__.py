"""The customers' face: contact, my case, my cases, the answer page. Owns no facts.

Promises that everything works on a phone, without JavaScript and without an account. Must never write but by actions.
"""
