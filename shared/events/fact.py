"""What every fact that a service tells has in common: a speaker, a key, a version, and its envelope when heard."""

from datetime import datetime
from typing import Any, ClassVar, NamedTuple, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Envelope(NamedTuple):
    """The CloudEvents attributes of a fact that was heard.

    `event_id` is ours: for what came from outside it is made of `source` and the sender's own `outside_id`.
    """

    event_id: UUID
    source: str
    outside_id: str
    type: str
    occurred_at: datetime
    correlation_id: str


class Fact(BaseModel):
    """Something that happened, in the past tense and the city's words.

    `speaker` is the topic it is told on; `about` names the field whose value is the key: facts about one thing
    arrive in order. `version` counts the changes of that thing, so that a hearer can tell a stale fact.
    Whoever tells refuses unknown fields; whoever hears ignores them (so a field with a default may be added).
    """

    __slots__ = ("_envelope",)
    """Not a pydantic private attribute: that would cost every fact a microsecond, heard or not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: ClassVar[str]
    about: ClassVar[str]

    version: int = Field(
        default=1, ge=1, le=2**63 - 1, description="How often the thing that this is about has changed."
    )

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type: `billing.BillIssued`, `inbound.MeterReading`."""
        return f"{cls.speaker.partition('.')[0]}.{cls.__name__}"

    def key(self) -> str:
        """The id of the thing that this is about, as text; Kafka keeps the order of one key."""
        return str(getattr(self, self.about))

    @property
    def envelope(self) -> Envelope | None:
        """The envelope in which it was heard; None for a fact that was not (yet) told."""
        try:
            return cast(Envelope, object.__getattribute__(self, "_envelope"))
        except AttributeError:
            return None

    def heard_in(self, envelope: Envelope) -> None:
        """Keep the envelope beside the fact. The inbox calls this; nobody else does."""
        object.__setattr__(self, "_envelope", envelope)


def registry(module_names: dict[str, Any]) -> dict[str, type[Fact]]:
    """The fact classes of one speaker's module by event type, in the order they are written; bases are not told."""
    own = (thing for thing in module_names.values() if isinstance(thing, type) and issubclass(thing, Fact))
    return {fact.event_type(): fact for fact in own if hasattr(fact, "about") and not fact.__subclasses__()}
