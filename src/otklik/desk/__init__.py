"""The agents' face: inbox, case workspace, settings. Owns no facts.

Promises that an agent sees on one page all they need. Must never write but by actions.
"""
