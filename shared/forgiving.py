r"""A header's name that is not UTF-8 stops nobody: the second mend of the Kafka library.

Kafka takes any bytes as the name of a header, and so do clients in C. aiokafka 0.14 raises UnicodeDecodeError while
it reads such a record, again at every fetch, so that one message on a public topic would stop its consumer for ever.
Here a batch that cannot be read as it stands is read once more with such names as escapes (`\xff`).
"""

from collections.abc import Iterator
from typing import Any

import aiokafka.consumer.fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class _Forgiving(bytearray):
    """Bytes whose parts become text whatever they are."""

    def __getitem__(self, part: Any) -> Any:
        found = super().__getitem__(part)
        return _Forgiving(found) if isinstance(part, slice) else found

    def decode(self, encoding: str = "utf-8", _errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


class _Batch:
    """A batch as the library reads it; where it cannot, as its own slower reader does with forgiving bytes."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from list(self._batch)
        except UnicodeDecodeError:
            again = _DefaultRecordBatchPy(bytearray(self._raw))
            again._maybe_uncompress()
            again._buffer = _Forgiving(again._buffer)
            yield from again


class ForgivingRecords:
    """The batches of a fetch, in the library's own manner."""

    def __init__(self, fetched: Any) -> None:
        self._records = _MemoryRecordsPy(fetched)

    def has_next(self) -> bool:
        """Whether there is another batch."""
        return bool(self._records.has_next())

    def size_in_bytes(self) -> int:
        """How much was fetched."""
        return int(self._records.size_in_bytes())

    def next_batch(self) -> Any:
        """The next batch, or None."""
        raw = self._records._next_slice
        batch = self._records.next_batch()
        return batch if batch is None else _Batch(batch, raw)


def mend() -> None:
    """Let every consumer of this process read what others write, names and all."""
    aiokafka.consumer.fetcher.MemoryRecords = ForgivingRecords
