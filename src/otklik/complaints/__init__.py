"""Complaints: a complaint by a known way, from the word "received" to what was improved.

Knows each complaint's stages and terms, the ways outside, and the problems that lie behind them. Promises that no stage
is passed over and that nobody judges a complaint about themselves. Must never know what the answer page looks like.
"""
