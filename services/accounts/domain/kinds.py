"""Kinds of field work: what a crew is sent to do (rulebook 1), and what each kind needs."""

from enum import StrEnum


class WorkKind(StrEnum):
    """What a crew is sent to do."""

    TURN_ON = "turn_on"
    TURN_OFF = "turn_off"
    NONPAYMENT_SHUTOFF = "nonpayment_shutoff"
    RECONNECTION = "reconnection"
    FINAL_READING = "final_reading"
    SPECIAL_READING = "special_reading"
    PRIVATE_READING = "private_reading"
    REREAD = "reread"
    METER_EXCHANGE = "meter_exchange"
    METER_TEST = "meter_test"
    METER_REPAIR = "meter_repair"
    LEAK_CHECK = "leak_check"
    TAMPER_CHECK = "tamper_check"
    INSTALLATION = "installation"
    STREET_RESTORATION = "street_restoration"
    SIDEWALK_RESTORATION = "sidewalk_restoration"


AUTHORIZED = frozenset({WorkKind.NONPAYMENT_SHUTOFF, WorkKind.RECONNECTION})
"""Ordered by billing's authorization, and by nobody else."""
TURNING = AUTHORIZED | {WorkKind.TURN_ON, WorkKind.TURN_OFF}
"""Told by the ServiceOrder… facts; all others by FieldWorkProgressed."""
OF_AN_AGREEMENT = frozenset({WorkKind.TURN_ON, WorkKind.TURN_OFF, WorkKind.FINAL_READING})
"""They start or stop a service."""
RESTRICTED = frozenset({WorkKind.TAMPER_CHECK})
"""What a crew found there is nobody's business but a senior's and a supervisor's, and is never told."""
READINGS = frozenset({WorkKind.SPECIAL_READING, WorkKind.PRIVATE_READING, WorkKind.REREAD})
"""They bring a reading, and change nothing."""
AT_A_METER = READINGS | {WorkKind.METER_EXCHANGE, WorkKind.METER_TEST, WorkKind.METER_REPAIR}
"""There is nothing to do where no meter hangs."""
BRINGS_A_METER = frozenset({WorkKind.METER_EXCHANGE, WorkKind.INSTALLATION})
"""A meter hangs there after it that did not before."""
