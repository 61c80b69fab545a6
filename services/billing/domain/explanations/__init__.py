"""Every line of a bill in words and numbers, so that a customer can work it out again with a pencil.

Source: N.J.A.C. 14:3-7.2 (what a bill shows; Spanish on request), rulebook 3 ("every bill explains itself").
"""

from typing import Literal

from services.billing.domain.exact import Exact
from services.billing.domain.explanations.catalog import Catalog
from services.billing.domain.explanations.english import ENGLISH
from services.billing.domain.explanations.spanish import SPANISH
from services.billing.domain.lines import Line
from shared.money import dollars

Language = Literal["en", "es"]
CATALOGS: dict[Language, Catalog] = {"en": ENGLISH, "es": SPANISH}


def explain(line: Line, language: Language = "en") -> str:
    """The line in complete sentences: how it was worked out, what was done on the way, and who set it."""
    catalog = CATALOGS[language]
    facts = _facts(line, catalog, language)
    steps = [(step.name, _in(language, dict(step.facts))) for step in line.working]
    done = {fact: value for _, told in steps for fact, value in told.items()}
    said = [catalog.lines[_lead(line)].format(**{**done, **facts})]
    said += [catalog.asides[name].format(**{**facts, **told}) for name, told in steps if name in catalog.asides]
    if line.basis == "per_unit" and line.other_cents is not None:
        said.append(catalog.asides["least"].format(**facts))
    return " ".join([*said, catalog.asides["rule"].format(**facts)])


def explain_use(
    begin: int | None, end: int | None, *, rolled_over: bool, quantity: Exact, unit: str, days_count: int,
    exchanged: bool = False, language: Language = "en",
) -> str:  # fmt: skip
    """How the quantity was got from the dials; those of two meters where one was exchanged."""
    catalog = CATALOGS[language]
    days = catalog.days_of(str(days_count))
    if begin is None or end is None:
        return catalog.uses["no_meter"].format(days=days)
    said = catalog.uses["exchanged" if exchanged else "rolled_over" if rolled_over else "dials"]
    return said.format(begin=begin, end=end, quantity=quantity.plain, unit=catalog.unit_of(unit), days=days)


def label_of(line: Line, language: Language) -> str:
    """What the line is called; the tariff says it in Spanish or does not."""
    return line.label_es if language == "es" and line.label_es else line.label


def _lead(line: Line) -> str:
    """Which sentence begins."""
    if line.basis == "fixed" and line.working:
        return "fixed_reckoned"
    if line.basis == "discount" and any(step.name == "off" for step in line.working):
        return "discount_of_an_amount"
    return line.basis


def _in(language: Language, told: dict[str, str]) -> dict[str, str]:
    """A step's facts; what was also told in Spanish (`labels_es`) takes the place of the English."""
    ending = f"_{language}"
    return {**told, **{fact.removesuffix(ending): told[fact] for fact in told if fact.endswith(ending)}}


def _facts(line: Line, catalog: Catalog, language: Language) -> dict[str, str]:
    """What a line says of itself."""
    return {
        "label": label_of(line, language),
        "counted": catalog.count_of(line.quantity.plain, line.unit),
        "per": catalog.one_of(line.unit),
        "rate": _money(line.rate),
        "percent": line.rate.plain,
        "since": catalog.day_of(line.rate_since_on),
        "days": catalog.days_of(str(line.days_count)),
        "base": dollars(line.base_cents or 0),
        "other": dollars(line.other_cents or 0),
        "amount": dollars(line.amount_cents),
        "rounding": catalog.roundings[line.rounding],
        "rule": line.rule,
    }


def _money(rate: Exact) -> str:
    """A rate as people read it: at least two places, all that it has, and its sign first."""
    whole, _, fraction = Exact(abs(rate.digits), rate.places).plain.partition(".")
    return f"{'-' if rate.digits < 0 else ''}${whole}.{fraction:0<2}"
