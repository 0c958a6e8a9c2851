"""Who serves: agents, their teams, presence and working time.

Promises that for every team somebody can be named owner at once, and that an absent agent has a deputy.
Must never know which cases an agent has; those above tell it how busy everyone is.
"""
