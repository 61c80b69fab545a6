"""The part of a bill about use: the chart of the last periods per day, and the same time last year."""

from dataclasses import dataclass
from functools import partial

from services.billing.domain.periods import Period, change_percent, last_year, per_day
from services.billing.views.bill_papers.facts import BillFacts
from services.billing.views.bill_papers.phrases import phrase
from shared.money import half_up
from shared.paper import Bar, Chart, Language, day, month, short_day
from shared.paper.charts import PLACES_COUNT


@dataclass(frozen=True, slots=True)
class UseContent:
    """The chart; the rows of the comparison below their heads; and what they say in one sentence."""

    chart: Chart
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    compared: str


def use_content(facts: BillFacts, language: Language) -> UseContent | None:
    """Use a day over the last periods; None for a service without a meter."""
    if facts.meter is None:
        return None
    say = partial(phrase, language=language)
    now, unit = facts.period, facts.bill.unit
    then = last_year(facts.before, now)
    heads = (say("ends"), say("days"), f"{say('used')} ({unit})", f"{say('a_day')} ({unit})")
    rows = tuple(_row(period, language) for period in ([then, now] if then else []))
    return UseContent(_chart(facts, language), heads, rows, _compared(then, now, language))


def said_of(thousandths: int) -> str:
    """A use a day in as many places as say something: 0.33, 12.5, 1,204."""
    hundredths = half_up(thousandths, 10)
    if hundredths < 1_000:
        return f"{hundredths // 100}.{hundredths % 100:02d}"
    tenths = half_up(thousandths, 100)
    return f"{tenths // 10}.{tenths % 10}" if tenths < 1_000 else f"{half_up(thousandths, 1000):,}"


def _chart(facts: BillFacts, language: Language) -> Chart:
    say = partial(phrase, language=language)
    shown = [*facts.before, facts.period][-PLACES_COUNT:]
    bars = tuple(_bar(n, period, shown, language) for n, period in enumerate(shown))
    unit = facts.bill.unit
    in_words = say(
        "use_in_words", count=len(bars), unit=unit, now=bars[-1].said,
        first=day(shown[0].end_on, language), last=day(shown[-1].end_on, language),
    )  # fmt: skip
    legend = (say("legend_now"), say("legend_before"), say("legend_estimated"))
    return Chart(say("use", unit=unit), bars, say("no_history"), legend, in_words)


def _bar(n: int, period: Period, shown: list[Period], language: Language) -> Bar:
    new_year = n == 0 or shown[n - 1].end_on.year != period.end_on.year
    used = per_day(period)
    return Bar(
        month(period.end_on, language), str(period.end_on.year) if new_year else "", max(used, 0), said_of(used),
        period.estimated, now=n == len(shown) - 1,
    )  # fmt: skip


def _row(period: Period, language: Language) -> tuple[str, ...]:
    return (
        short_day(period.end_on, language), str(period.days_count), period.quantity.plain, said_of(per_day(period))
    )  # fmt: skip


def _compared(then: Period | None, now: Period, language: Language) -> str:
    say = partial(phrase, language=language)
    if then is None:
        return say("no_last_year")
    percent = change_percent(then, now)
    if percent is None or percent == 0:
        return say("same")
    return say("more" if percent > 0 else "less", percent=abs(percent))
