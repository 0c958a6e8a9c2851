"""What everything stands on: history, refusals, permissions, files, jobs, live pages, language.

Knows no customer and no case. Promises that what is announced is kept, reacted to and never rewritten.
Must never import another app of the product.
"""
