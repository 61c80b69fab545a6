"""What is not done with readings, each by its rule and with what to do instead."""

from shared.errors import Conflict, Invalid, NotFound


class MeterUnknown(NotFound):
    """A reading is of a meter at which an account takes service."""

    remedy = "Check the serial number; if the meter was installed today, send the reading again in a while."


class ReadingInFuture(Invalid):
    """A reading was taken before it is sent."""

    remedy = "Set the clock of what reads the meter, and send the reading with the time at which it was read."


class ReadingBeforeStart(Conflict):
    """A reading is later than the reading with which the service at its meter began."""

    remedy = "Check the time and the serial number; what was used before belongs to the service that ended."


class ReadingAtSameMoment(Conflict):
    """A meter shows one value at a moment."""

    remedy = "Check the time; to change the value that is on record, correct that reading."


class ReadingAlreadyTaken(Conflict):
    """A reading is taken once."""

    remedy = "Nothing is to be done: this reading is on record."


class ReadingBeyondDials(Invalid):
    """A reading has no more digits than the meter has dials."""

    remedy = "Check the value and the serial number; a use with its multiplier is not a reading."


class ReadingInOtherUnit(Invalid):
    """A reading is in the unit in which its meter counts."""

    remedy = "Send what the dials show, unconverted, or leave the unit out; if the meter counts otherwise, correct it."


class ReadingUnknown(NotFound):
    """A reading is known by its id."""

    remedy = "List the readings of the account, and choose from there."


class ReadingNotFlagged(Conflict):
    """Only a reading that stands out is accepted by a person."""

    remedy = "Read it again; it was accepted or corrected meanwhile."


class ReadingNotInForce(Conflict):
    """Only a reading that stands is corrected."""

    remedy = "Correct the reading that took its place."


class ReadingOfFieldWork(Conflict):
    """The reading with which a service started or stopped belongs to the order in the field."""

    remedy = "Have accounts correct the order; billing hears of it."


class ReadingAlreadyBilled(Conflict):
    """A reading that was billed is not corrected under its bill."""

    remedy = "Cancel the bill, correct the reading, and bill anew."


class LaterReadingTaken(Conflict):
    """A reading that is accepted lies between its neighbors: the dials do not run backwards on to the next one."""

    remedy = "The use was measured on to the next reading; look at that one instead, or correct this one."


class NothingToEstimateFrom(Conflict):
    """An estimate follows from a reading before it and a usual use a day."""

    remedy = "Have the meter read; no season, no last periods and no peers are known for it."


class RereadAlreadyAsked(Conflict):
    """A crew is sent once to read a meter again."""

    remedy = "Wait for the crew; what it reads takes the place of this reading."


class ValueMissing(Invalid):
    """A correction says what the dials really showed."""

    remedy = "Give the value, or choose another way: accept, estimate, reread."


class MeterCountsOtherwise(Conflict):
    """A meter is exchanged for one that counts in the same unit with the same multiplier."""

    remedy = "Stop the service with the old meter and start it with the new one; the bill then ends and begins there."
