"""A tariff: effective-dated data made of components, which a clerk can read and the engine can price."""

from services.billing.domain.tariffs.document import DOCUMENT_CHARACTERS_MAX, Document, read_document
from services.billing.domain.tariffs.faults import Fault, TariffUnsound, faults_in, tariff_from
from services.billing.domain.tariffs.tariff import Component, Tariff, body_of
from shared.errors import Conflict, NotFound

__all__ = [
    "DOCUMENT_CHARACTERS_MAX", "Component", "Document", "Fault", "Tariff", "TariffAlreadyInForce", "TariffUnknown",
    "TariffUnsound", "body_of", "faults_in", "read_document", "tariff_from",
]  # fmt: skip


class TariffAlreadyInForce(Conflict):
    """A rate code has one tariff that begins on a day."""

    remedy = "Give the new version a later first day; what was billed keeps the tariff it was billed by."


class TariffUnknown(NotFound):
    """A tariff is known by its id."""
