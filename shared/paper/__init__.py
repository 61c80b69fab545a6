"""What the city puts on paper: a page in two languages, drawn as PDF or written as HTML from the same words.

A service says what stands on its paper; here is how it looks. ReportLab and Jinja are loaded by the first paper that is
drawn, so that a process that prints nothing pays nothing for them.
"""

from shared.paper.charts import Bar, Chart
from shared.paper.languages import Language, day, month, short_day
from shared.paper.legible import legible
from shared.paper.pages import page_of, policy_of_pages
from shared.paper.sheets import Sheet

__all__ = [
    "Bar",
    "Chart",
    "Language",
    "Sheet",
    "day",
    "legible",
    "month",
    "page_of",
    "policy_of_pages",
    "short_day",
]
