"""Topics: one dictionary of what people speak about, over cases, complaints and surveys.

Knows which text is of which topic, and who said so. Promises that nothing is assigned by itself where that is not
proven to be right, and that no text leaves the house. Must never change a case, nor decide anything about one.
"""
