"""What the body of a letter is made of: its subject, sentences, amounts that add up, and sentences after them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """An amount and what it is; `words` say how it was worked out, where there is something to say."""

    label: str
    amount: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What a letter says between the greeting and the close. The last row is the total, where there are rows."""

    subject: str
    before: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    after: tuple[str, ...] = ()
