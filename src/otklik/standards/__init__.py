"""Why we serve so, which emotion it must evoke, how it is done, and the promises that follow.

Promises that each case has deadlines as stored moments. Must never know a particular case.
"""
