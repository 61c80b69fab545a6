"""A file on its way to a topic: each good line sent and acknowledged, each bad one told what is wrong with it."""

import asyncio
import codecs
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from aiokafka import AIOKafkaProducer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.addresses import Addresses, addresses
from cli.answers import Sent, answers_to
from cli.kafka import check_topic, producing
from cli.lines import Line, encoding_of, lines_of
from cli.reading import Refused, facts_in
from cli.showing import as_line, console, errors
from shared.cloudevents import headers_of, value_of
from shared.events import Fact
from shared.kafka import UNREACHABLE
from town.trouble import Trouble

SHOWN_MAX = 20
GATHERED_MAX = 1_000
ACKNOWLEDGED_SECONDS_MAX = 30.0
_LINES = UUID("4b0e9f0c-7a53-5d0a-9a0e-4d3c8f1b6a57")

Keep = Callable[[Refused], object]


class Outlet:
    """One file on its way to the topic of one fact."""

    def __init__(self, fact: type[Fact], source: str, keep: Keep, *, as_json: bool) -> None:
        self.fact = fact
        self.published_count = 0
        self.refused_count = 0
        self.refused_later_count = 0
        self._source = source
        self._sent = Sent()
        self._keep = keep
        self._as_json = as_json
        self._gathered: list[tuple[Line, Fact]] = []

    async def publish(self, stream: BufferedReader, encoding: str | None, size: int | None) -> None:
        """Send every good line; done when all are acknowledged. Raises Trouble."""
        found, encoding = addresses(), _known(encoding or encoding_of(stream))
        await check_topic(found, self.fact.speaker)
        with self._bar() as bar:
            task = bar.add_task(f"Publishing to {self.fact.speaker}", total=size, said="")
            try:
                async with producing(found) as producer:
                    for line, taken in facts_in(lines_of(stream, encoding), self.fact, encoding):
                        if isinstance(taken, Fact):
                            self._gathered.append((line, taken))
                        else:
                            self._refuse(taken)
                        if len(self._gathered) == GATHERED_MAX:
                            await self._flush(producer, found)
                            done = stream.tell() if size is not None else None
                            bar.update(task, completed=done, said=f"{self.published_count:,} sent")
                    await self._flush(producer, found)
            except UNREACHABLE as away:
                raise Trouble(f"Kafka stopped answering ({away!r}): publish it again, nothing is said twice.") from away

    async def hear_answers(self) -> None:
        """Wait until all was heard, and show what was refused later as what was refused at once. Raises Trouble."""
        if not self._as_json:
            errors.print(f"{self.published_count:,} published; waiting until they are heard …", style="dim")
        for refused in await answers_to(addresses(), self.fact.speaker, self._source, self._sent):
            self._refuse([refused])
            self.refused_later_count += 1

    def sum_up(self, seconds: float, refused: Path | None) -> None:
        """Say what became of the file."""
        if self._as_json:
            counts = {"published": self.published_count, "refused": self.refused_count}
            as_line({**counts, "refused_later": self.refused_later_count, "seconds": round(seconds, 2)})
            return
        if self.refused_count > SHOWN_MAX:
            where = f"all are in {refused}" if refused else "`--refused FILE` keeps them all"
            errors.print(f"… and {self.refused_count - SHOWN_MAX:,} lines more: {where}.", markup=False)
        rate = self.published_count / max(seconds, 0.001)
        later = f" ({self.refused_later_count:,} by a service)" if self.refused_later_count else ""
        said = f"{self.published_count:,} published, {self.refused_count:,} refused{later}; {rate:,.0f} a second."
        console.print(said)

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"), console=errors, transient=True, disable=self._as_json,
        )  # fmt: skip

    async def _flush(self, producer: AIOKafkaProducer, found: Addresses) -> None:
        """Send what was gathered, and wait until all of it is acknowledged; without a broker, not for ever."""
        facts, self._gathered = self._gathered, []
        async with asyncio.timeout(ACKNOWLEDGED_SECONDS_MAX):
            sent = [await producer.send(found.topic(fact.speaker), **self._message(line, fact)) for line, fact in facts]
            await asyncio.gather(*sent)
        self.published_count += len(facts)

    def _message(self, line: Line, fact: Fact) -> dict[str, Any]:
        """The same line is the same event, whenever and however often it is published."""
        value, moment = value_of(fact), datetime.now(UTC)
        event_id = uuid5(_LINES, f"{fact.speaker}\n{value.decode()}")
        self._sent.note(event_id, line.number)
        headers = [
            (name, self._source.encode() if name == "ce_source" else content)
            for name, content in headers_of(fact, event_id, moment, str(event_id), None)
        ]
        return {"value": value, "key": fact.key().encode(), "headers": headers}

    def _refuse(self, why: list[Refused]) -> None:
        self.refused_count += 1
        for each in why:
            self._keep(each)
            if self._as_json:
                as_line({"refused": asdict(each)})
            elif self.refused_count <= SHOWN_MAX:
                errors.print(f"line {each.line}: {each.field}: {each.rule} {each.remedy}", style="yellow", markup=False)


@contextmanager
def kept(refused: Path | None) -> Iterator[Keep]:
    """What keeps each refusal: in the file that was named, or nowhere."""
    if refused is None:
        yield lambda _refusal: None
        return
    try:
        file = refused.open("w", newline="", encoding="utf-8")
    except OSError as wrong:
        raise Trouble(f"{refused} cannot be written: {wrong.strerror}. Nothing was published.") from wrong
    with file as out:
        writer = csv.writer(out)
        writer.writerow(("line", "field", "rule", "remedy"))
        yield lambda each: writer.writerow((each.line, each.field, each.rule, each.remedy))


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Trouble(f"Nobody knows an encoding {encoding!r}: utf-8, cp1252, latin-1 and utf-16 are some.") from None
