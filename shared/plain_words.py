"""What a model finds wrong with what was sent, in words that the sender can act on: the same over HTTP and Kafka."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.events.fields import VISIBLE

Facts = Mapping[str, Any]
Words = tuple[str, str]

_FIXED: dict[str, Words] = {
    "missing": ("This field is required.", "Add it."),
    "extra_forbidden": ("There is no such field here.", "Remove it, or check its spelling."),
    "string_type": ("It must be text.", "Put it in quotes."),
    "int_type": ("It must be a whole number.", "Send digits without quotes and without a decimal point."),
    "int_parsing": ("It must be a whole number.", "Send digits only."),
    "int_from_float": ("It must be a whole number.", "Leave out the decimal part; money is in cents."),
    "int_parsing_size": ("The number is too long.", "Check it for extra digits."),
    "bool_type": ("It must be true or false.", "Send true or false without quotes."),
    "bool_parsing": ("It must be true or false.", "Send true or false."),
    "date_type": ("It must be a date.", "Write it as YYYY-MM-DD."),
    "date_parsing": ("It must be a date.", "Write it as YYYY-MM-DD, with a day that exists."),
    "date_from_datetime_parsing": ("It must be a date.", "Write it as YYYY-MM-DD, with a day that exists."),
    "date_from_datetime_inexact": ("It must be a date without a time.", "Write it as YYYY-MM-DD."),
    "datetime_type": ("It must be a date and time.", "Write it as 2026-01-31T09:30:00Z."),
    "datetime_parsing": ("It must be a date and time.", "Write it as 2026-01-31T09:30:00Z."),
    "datetime_from_date_parsing": ("It must be a date and time.", "Write it as 2026-01-31T09:30:00Z."),
    "timezone_aware": ("The time must say its zone.", "End it with Z, or with an offset such as -05:00."),
    "uuid_type": ("It must be an id.", "Send the UUID that the system gave."),
    "uuid_parsing": ("It must be an id.", "Send the UUID that the system gave."),
    "list_type": ("It must be a list.", "Put it in square brackets."),
    "dict_type": ("It must be an object.", "Put it in curly braces, with names."),
    "model_type": ("It must be an object.", "Put it in curly braces, with names."),
    "model_attributes_type": ("It must be an object.", "Put it in curly braces, with names."),
    "none_required": ("It must be null.", "Leave it out."),
    "json_invalid": (
        "It must be JSON.",
        "Check it for a missing quote, comma or brace, and for characters not in UTF-8.",
    ),
    "finite_number": ("It must be a finite number.", "Send a number that can be written out."),
}

_MADE: dict[str, Callable[[Facts], Words]] = {
    "greater_than": lambda f: (f"It must be more than {f['gt']}.", "Send a larger value."),
    "greater_than_equal": lambda f: (f"It must be at least {f['ge']}.", "Send a larger value."),
    "less_than": lambda f: (f"It must be less than {f['lt']}.", "Send a smaller value."),
    "less_than_equal": lambda f: (f"It must be at most {f['le']}.", "Send a smaller value."),
    "multiple_of": lambda f: (f"It must be a multiple of {f['multiple_of']}.", "Correct the number."),
    "string_too_short": lambda f: (f"It must have at least {f['min_length']} characters.", "Send a longer text."),
    "string_too_long": lambda f: (f"It must have at most {f['max_length']} characters.", "Send a shorter text."),
    "too_short": lambda f: (f"It must hold at least {f['min_length']}.", "Send more of them."),
    "too_long": lambda f: (f"It must hold at most {f['max_length']}.", "Send fewer at once."),
    "enum": lambda f: (f"It must be one of {f['expected']}.", "Choose one of these."),
    "literal_error": lambda f: (f"It must be {f['expected']}.", "Choose one of these."),
    "string_pattern_mismatch": lambda f: _form(f["pattern"]),
    "union_tag_invalid": lambda f: (f"Its kind must be one of {f['expected_tags']}.", "Choose one of these."),
}


def _form(pattern: str) -> Words:
    if pattern == VISIBLE:
        return "It must have visible characters only.", "Leave out line breaks and control characters."
    return f"It must look like {pattern}.", "Correct it to that form."


def words_for(kind: str, message: str, facts: Facts) -> Words:
    """The rule and the remedy for one of pydantic's findings."""
    if kind in _FIXED:
        return _FIXED[kind]
    made = _MADE.get(kind)
    if made is not None:
        return made(facts)
    rule = message.removeprefix("Value error, ").removeprefix("Assertion failed, ").strip() or "It breaks a rule."
    return (rule if rule.endswith(".") else rule + ".", "Correct it and send it again.")
