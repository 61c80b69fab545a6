"""Text that people gave, made fit to print: nothing invisible that would turn a line around, no letter lost for a box.

Source: Unicode Technical Report 36, 3.1 (bidirectional text spoofing); the PDF's standard fonts print Windows-1252.
"""

import unicodedata

_PRINTED_IN = "cp1252"
_BASES = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Ħ": "H", "ħ": "h", "−": "-", "\u2011": "-"})
_NO_LETTER = "?"


def legible(text: str) -> str:
    """The text without controls and marks that are not seen, its blanks single, its accents whole."""
    seen = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(one for one in seen if unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs")).split())


def printed(text: str) -> str:
    """The text in letters that a standard font has: an accent that it lacks is left out, before the letter is."""
    return "".join(_printed(character) for character in legible(text))


def _printed(character: str) -> str:
    if _has(character):
        return character
    bare = unicodedata.normalize("NFKD", character.translate(_BASES))
    return "".join(one for one in bare if _has(one)) or _NO_LETTER


def _has(character: str) -> bool:
    try:
        character.encode(_PRINTED_IN)
    except UnicodeEncodeError:
        return False
    return True
