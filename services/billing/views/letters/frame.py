"""The words around the body of every letter, in English and in Spanish, side by side."""

from shared.paper import Language

_FRAME: dict[str, tuple[str, str]] = {
    "account_number": ("Account number", "Número de cuenta"),
    "service_address": ("Service address", "Dirección del servicio"),
    "about": ("What this letter is about", "Asunto de esta carta"),
    "greeting": ("Dear {holder}:", "Estimado/a {holder}:"),
    "what": ("What", "Concepto"),
    "amount": ("Amount", "Importe"),
    "questions": (
        "If anything is unclear, or if you think that this is wrong, call us at {phone}. Hours: {hours}",
        "Si algo no está claro, o si cree que hay un error, llámenos al {phone}. Horario: {hours}",
    ),
    "closing": ("Sincerely,", "Atentamente,"),
    "voided": ("Void", "Nula"),
    "letter": ("Letter {number}", "Carta {number}"),
    "page": ("Page {number} of {count}", "Página {number} de {count}"),
}


def frame(name: str, language: Language, **facts: object) -> str:
    """A phrase of the frame in this language, with these facts."""
    english, spanish = _FRAME[name]
    return (english if language == "en" else spanish).format(**facts)
