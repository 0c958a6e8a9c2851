"""Who turns to us: people, their organizations, and the addresses by which we know them.

Promises that an address belongs to one person and that a person can be erased while the figures stay.
Must never know what they wrote about.
"""
