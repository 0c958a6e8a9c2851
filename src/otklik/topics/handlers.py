"""What topics do for problems: they measure them, and say so where a problem stands."""

from otklik.complaints.actions import Measuring, measures_problems
from otklik.topics.measuring import beside_problem, objection

measures_problems(Measuring(objection=objection, template="topics/beside_problem.html", facts=beside_problem))
