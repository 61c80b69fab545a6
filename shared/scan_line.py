"""The line on a payment stub that a machine reads: account, amount, last day to pay, and a digit that proves them.

    1000010018 0000000000009868 260401 8
    account    cents            yymmdd check

Source: the mod-10 check digit of lockbox processors (Creditron's specification of a scan line).
"""

from dataclasses import dataclass
from datetime import date

from shared.errors import Invalid
from shared.ids import AccountNumber, check_number

ACCOUNT_DIGITS, CENTS_DIGITS, DAY_DIGITS = 10, 16, 6
DIGITS = ACCOUNT_DIGITS + CENTS_DIGITS + DAY_DIGITS + 1


class ScanLineMistyped(Invalid):
    """The last digit of a scan line proves the ones before it."""

    remedy = "Scan the stub again, or type the account number and the amount from it."


class AmountNotPrintable(Invalid):
    """A scan line asks for nothing, or for an amount of at most sixteen digits."""

    remedy = "Ask for the amount that is owed; a credit is not asked for."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a stub asks of whom, and until when."""

    account_number: AccountNumber
    amount_cents: int
    due_on: date


def check_digit(payload: str) -> int:
    """The digit that proves a line: weights 2, 1, 2, 1 … from the left, the digits of the products summed, mod 10."""
    products = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(payload))
    return -sum(product // 10 + product % 10 for product in products) % 10


def scan_line(asked: Asked) -> str:
    """The line as it is printed, in groups. Raises AmountNotPrintable."""
    cents = asked.amount_cents
    if not 0 <= cents < 10**CENTS_DIGITS:
        raise AmountNotPrintable(field="amount_cents", given=cents)
    groups = [f"{asked.account_number:0>{ACCOUNT_DIGITS}}", f"{cents:0{CENTS_DIGITS}d}", f"{asked.due_on:%y%m%d}"]
    return " ".join([*groups, str(check_digit("".join(groups)))])


def read_scan_line(scanned: str, field: str = "scan_line") -> Asked:
    """What a line that was scanned or typed asks; spaces are forgiven. Raises ScanLineMistyped, NumberMistyped."""
    digits = "".join(scanned.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise ScanLineMistyped(field=field, given=scanned[:80], digits=DIGITS)
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise ScanLineMistyped(field=field, given=scanned[:80])
    account, cents = digits[:ACCOUNT_DIGITS], digits[ACCOUNT_DIGITS : ACCOUNT_DIGITS + CENTS_DIGITS]
    year, month, day = (int(digits[place : place + 2]) for place in range(ACCOUNT_DIGITS + CENTS_DIGITS, DIGITS - 1, 2))
    try:
        due_on = date(2000 + year, month, day)
    except ValueError:
        raise ScanLineMistyped(field=field, given=scanned[:80]) from None
    return Asked(AccountNumber(check_number(account, field)), int(cents), due_on)
