"""What the city says no to.

    Refusal                 the city declines, by a rule; never a fault of ours
    ├── NotFound      404   what is named does not exist, or may not be seen
    ├── Conflict      409   true and well-formed, but not in this state
    │   └── Stale     412   somebody changed it since it was read
    ├── Invalid       422   a field breaks a rule
    └── Forbidden     403   this person may not do this

A refusal's class name is the sentence of the rule (`PaymentAlreadyReversed`) and is declared beside the rule;
its docstring is the rule, `remedy` says what to do, and the keyword arguments are the facts. Anything else
that is raised is a fault of ours: HTTP answers 500, and Kafka redelivers.
"""

import re
from typing import Any, ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Refusal(Exception):
    """The city declines, by a rule that the person can be told."""

    status: ClassVar[int] = 400
    remedy: str = "Correct what is named and send it again."

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(field, facts)
        self.field = field
        self.facts = facts

    @property
    def rule(self) -> str:
        """The rule in one sentence: the docstring's first line."""
        return (type(self).__doc__ or self.title).strip().splitlines()[0]

    @property
    def title(self) -> str:
        """The class name as words: `PaymentAlreadyReversed` is "Payment already reversed"."""
        return _WORD_START.sub(" ", type(self).__name__).capitalize()

    @property
    def slug(self) -> str:
        """The class name as it stands in a problem's type: `payment-already-reversed`."""
        return _WORD_START.sub("-", type(self).__name__).lower()

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.rule} ({facts})" if facts else self.rule


class NotFound(Refusal):
    """What is named does not exist here."""

    status = 404
    remedy = "Check the number, or search by name or address."


class Conflict(Refusal):
    """This cannot be done in the present state."""

    status = 409
    remedy = "Read it again, and decide from its present state."


class Stale(Conflict):
    """Somebody changed this since it was read."""

    status = 412
    remedy = "Read it again, and send the change with its new ETag."


class Invalid(Refusal):
    """A field breaks a rule."""

    status = 422


class Forbidden(Refusal):
    """This person may not do this."""

    status = 403
    remedy = "Ask a person whose role allows it."
