"""What the city says no to when a demand is entered."""

from shared.errors import Conflict, NotFound


class AgreementNotKnown(NotFound):
    """A demand is of an agreement that accounts told of."""


class DemandAlreadyRead(Conflict):
    """A demand register is read and set back at most once a day."""

    remedy = "Look at the day; what was entered stands, and a bill made from it is cancelled and made anew."
