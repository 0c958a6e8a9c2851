"""Figures: the one shape in which anything that was counted is shown, and the statistics behind it.

Knows formulas, their sources and their published examples. Promises an interval or an honest None, never a bare number.
Must never know what was counted, nor ask the database.
"""

from otklik.foundation.figures.agreement import (
    RELIABLE,
    Icc,
    Level,
    cohen_kappa,
    fleiss_kappa,
    icc,
    krippendorff_alpha,
)
from otklik.foundation.figures.estimates import (
    Difference,
    Estimate,
    difference_of_means,
    mean,
    on_scale,
    student,
)
from otklik.foundation.figures.percentiles import Waits, percentile
from otklik.foundation.figures.rates import Limits, poisson_tail, u_chart
from otklik.foundation.figures.resampling import bootstrap, driver
from otklik.foundation.figures.scores import (
    CES_1,
    CES_2,
    Effort,
    Perception,
    Rating,
    adjusted_wald,
    ces,
    csat,
    difference_of_nps,
    internal_quality_score,
    mean_sample,
    nps,
    nps_error,
    nps_of,
    nps_sample,
    perception_gap,
    review_score,
    servqual,
    share_sample,
)
from otklik.foundation.figures.shape import ENOUGH, Counted, Figure, Point, Unit
from otklik.foundation.figures.shares import (
    difference_of_shares,
    first_contact_resolution,
    repeat_rate,
    response_rate,
    share,
    wilson,
)

__all__ = [
    "CES_1",
    "CES_2",
    "ENOUGH",
    "RELIABLE",
    "Counted",
    "Difference",
    "Effort",
    "Estimate",
    "Figure",
    "Icc",
    "Level",
    "Limits",
    "Perception",
    "Point",
    "Rating",
    "Unit",
    "Waits",
    "adjusted_wald",
    "bootstrap",
    "ces",
    "cohen_kappa",
    "csat",
    "difference_of_means",
    "difference_of_nps",
    "difference_of_shares",
    "driver",
    "first_contact_resolution",
    "fleiss_kappa",
    "icc",
    "internal_quality_score",
    "krippendorff_alpha",
    "mean",
    "mean_sample",
    "nps",
    "nps_error",
    "nps_of",
    "nps_sample",
    "on_scale",
    "percentile",
    "perception_gap",
    "poisson_tail",
    "repeat_rate",
    "response_rate",
    "review_score",
    "servqual",
    "share",
    "share_sample",
    "student",
    "u_chart",
    "wilson",
]
