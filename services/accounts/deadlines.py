"""Door 3: what the clock strikes for accounts."""

from collections.abc import Sequence

from services.accounts import commands
from shared.deadlines import Deadline, Strikes
from shared.postgres import Tx

strikes = Strikes()


@strikes.on(commands.SHUTOFF_ANSWER)
async def on_shutoff_answers_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The books had their time: without both answers the water stays on."""
    await commands.end_unanswered(tx, due)


@strikes.on(commands.FINAL_READING)
async def on_final_readings_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Whoever moved out has waited long enough for the final reading."""
    await commands.miss_final_readings(tx, due)


@strikes.on(commands.NAME_IN_FORCE)
async def on_names_in_force_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The day has come from which a name holds."""
    await commands.apply_due_names(tx, due)


@strikes.on(commands.ADDRESS_IN_FORCE)
async def on_addresses_in_force_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The day has come from which a mailing address holds."""
    await commands.apply_due_addresses(tx, due)


@strikes.on(commands.DATA_PROCESSING_FILE)
async def on_data_processing_files_due(tx: Tx, _due: Sequence[Deadline]) -> None:
    """The town's day is over: data processing gets its changes of address."""
    await commands.make_file(tx)


@strikes.on(commands.SAFETY_FLAG)
async def on_safety_flags_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The review date of a safety flag has come: it lapses by itself."""
    await commands.lapse_flags(tx, due)
