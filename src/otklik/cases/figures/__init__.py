"""Figures of cases, each with how many it stands on and where the true one may lie; and the rows behind them."""

from otklik.cases.figures.articles import Line, article_lines, table_of_articles
from otklik.cases.figures.rows import ROWS, rows_behind
from otklik.cases.figures.series import days_of_answers, days_of_words
from otklik.cases.figures.sight import counts, eyes, opens
from otklik.cases.figures.tables import table_of_days, table_of_outcomes
from otklik.cases.figures.team import (
    COUNTED,
    SAID_NO,
    Day,
    Figures,
    Load,
    Share,
    first_answer_of,
    outcomes,
    shares_of,
    team_figures,
)

__all__ = [
    "COUNTED",
    "ROWS",
    "SAID_NO",
    "Day",
    "Figures",
    "Line",
    "Load",
    "Share",
    "article_lines",
    "counts",
    "days_of_answers",
    "days_of_words",
    "eyes",
    "first_answer_of",
    "opens",
    "outcomes",
    "rows_behind",
    "shares_of",
    "table_of_articles",
    "table_of_days",
    "table_of_outcomes",
    "team_figures",
]
