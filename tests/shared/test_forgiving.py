"""What a client in C may send as the name of a header is read like anything else, and what follows it too."""

from typing import Any

import aiokafka.consumer.fetcher
import pytest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

import shared.kafka  # mends as it is imported
from shared.cloudevents import CloudEventExpected, decode
from shared.forgiving import ForgivingRecords

NONE, GZIP, ZSTD = 0, 1, 4


class Raw(str):
    """A name whose bytes are no UTF-8."""

    __slots__ = ()

    def encode(self, *_args: Any) -> bytes:
        return b"\xffname"


def batch(name: str, compression: int = NONE) -> bytes:
    """Three records as they lie in the log, the second with this header."""
    builder = _DefaultRecordBatchBuilderPy(
        magic=2, compression_type=compression, is_transactional=0, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=1_000_000,
    )  # fmt: skip
    for offset in range(3):
        headers = [(name, b"content")] if offset == 1 else []
        builder.append(offset, timestamp=1_772_463_600_000, key=b"M-1", value=b"x" * 500, headers=headers)
    return bytes(builder.build())


def read(fetched: bytes) -> list[tuple[int, Any]]:
    records = ForgivingRecords(fetched)
    assert records.size_in_bytes() == len(fetched)
    found = []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        found += [(record.offset, record.headers) for record in one]
    return found


@pytest.mark.parametrize("compression", [NONE, GZIP, ZSTD])
def test_a_name_that_is_not_utf8_is_read_as_an_escape(compression: int) -> None:
    one, other = batch(Raw("x"), compression), batch("ce_id", compression)
    found = read(one + other)
    assert [offset for offset, _ in found] == [0, 1, 2, 0, 1, 2]
    assert list(found[1][1]) == [("\\xffname", b"content")]
    assert list(found[4][1]) == [("ce_id", b"content")]
    with pytest.raises(CloudEventExpected):
        decode("inbound.meter-readings", b"M-1", b"{}", found[1][1])


def test_the_library_still_needs_the_mend_and_every_consumer_has_it() -> None:
    """When the first half of this fails, the library has learned it, and `shared/forgiving.py` may go."""
    assert callable(shared.kafka.consumer)
    with pytest.raises(UnicodeDecodeError):
        list(MemoryRecords(batch(Raw("x"))).next_batch())
    assert aiokafka.consumer.fetcher.MemoryRecords is ForgivingRecords
