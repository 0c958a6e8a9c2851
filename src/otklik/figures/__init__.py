"""Figures of the service: how fast, how well kept to, and what customers said of it, each with what it stands on.

Knows measures, what they are divided by, and who may see whose. Promises that a number and the rows behind it come
from one statement. Must never write anything, nor keep facts of its own.
"""
