"""A believable company to look at: «Учебный центр „Горизонт“», five weeks of its life.

Knows people, plays (conversations in `plays/*.txt`) and a clock that can be moved. Promises that everything is made by
the actions that people use, all of it or nothing, and that no letter leaves the house while it is made.
Must never be needed by anything but the command line.
"""
