"""A stub comes back by mail: what was printed on it is read again, and a wrong digit is caught."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import AccountNumber, NumberMistyped, number_from
from shared.scan_line import AmountNotPrintable, Asked, ScanLineMistyped, check_digit, read_scan_line, scan_line

WORKED = Path(__file__).parent.parent / "billing" / "golden" / "worked-bills.json"
ASKED = st.builds(
    Asked,
    st.integers(0, 10**9 - 1).map(lambda serial: AccountNumber(number_from(serial))),
    st.integers(0, 10**16 - 1),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)


def test_the_check_digit_is_the_one_that_the_processor_prints() -> None:
    [golden] = [case for case in json.loads(WORKED.read_text()) if case["id"] == "scan-line-check-digit"]
    assert check_digit(golden["payload"]) == golden["check_digit"]


def test_adas_stub_is_printed_in_groups() -> None:
    line = scan_line(Asked(AccountNumber(number_from(1001)), 98_68, date(2026, 4, 1)))
    assert line == f"{number_from(1001)} 0000000000009868 260401 {line[-1]}"


@given(ASKED)
def test_what_was_printed_is_read_again(asked: Asked) -> None:
    assert read_scan_line(scan_line(asked)) == asked
    assert read_scan_line(scan_line(asked).replace(" ", "")) == asked
    assert read_scan_line(f" {scan_line(asked)}".replace(" ", "\N{NO-BREAK SPACE} ")) == asked, "as pasted from a PDF"


@given(ASKED, st.integers(0, 32), st.integers(1, 9))
def test_any_one_wrong_digit_is_caught(asked: Asked, place: int, by: int) -> None:
    digits = scan_line(asked).replace(" ", "")
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    with pytest.raises(ScanLineMistyped) as refused:
        read_scan_line(wrong)
    assert refused.value.remedy


@pytest.mark.parametrize("scanned", ["", "12", "x" * 33, "٣" * 33, "1" * 34, "0" * 33])
def test_rubbish_is_refused(scanned: str) -> None:
    with pytest.raises(ScanLineMistyped):
        read_scan_line(scanned)


def test_an_account_number_that_does_not_prove_itself_is_refused() -> None:
    line = scan_line(Asked(AccountNumber("1234567890"), 1, date(2026, 4, 1)))
    with pytest.raises(NumberMistyped):
        read_scan_line(line)


@pytest.mark.parametrize("cents", [-1, 10**16])
def test_a_credit_is_not_asked_for(cents: int) -> None:
    with pytest.raises(AmountNotPrintable):
        scan_line(Asked(AccountNumber(number_from(1)), cents, date(2026, 4, 1)))
