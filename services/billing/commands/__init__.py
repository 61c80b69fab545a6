"""What billing does: read, decide, write, tell; every command takes many."""

from services.billing.commands.accounts import (
    change_addresses,
    change_names,
    close_accounts,
    keep_accounts,
    start_services,
    stop_services,
)
from services.billing.commands.bills import (
    BILL_RUN,
    BillReleased,
    BillRunStarted,
    NewBillRun,
    release_bills,
    run_bill_chunk,
    start_bill_run,
)
from services.billing.commands.delinquency import (
    answer_asks,
    authorize_shutoffs,
    follow_field_work,
    keep_shutoff_orders,
    send_notices,
)
from services.billing.commands.partitions import make_partitions
from services.billing.commands.payments import credit_payments, take_back_payments
from services.billing.commands.policies import NewPolicy, set_policy
from services.billing.commands.readings import (
    NewAcceptance,
    NewCorrection,
    NewReadings,
    ReadingsTaken,
    ReadingTaken,
    accept_reading,
    correct_reading,
    hear_readings,
    take_readings,
)
from services.billing.commands.tariffs import NewTariff, TariffLoaded, load_tariff

__all__ = [
    "BILL_RUN",
    "BillReleased",
    "BillRunStarted",
    "NewAcceptance",
    "NewBillRun",
    "NewCorrection",
    "NewPolicy",
    "NewReadings",
    "NewTariff",
    "ReadingTaken",
    "ReadingsTaken",
    "TariffLoaded",
    "accept_reading",
    "answer_asks",
    "authorize_shutoffs",
    "change_addresses",
    "change_names",
    "close_accounts",
    "correct_reading",
    "credit_payments",
    "follow_field_work",
    "hear_readings",
    "keep_accounts",
    "keep_shutoff_orders",
    "load_tariff",
    "make_partitions",
    "release_bills",
    "run_bill_chunk",
    "send_notices",
    "set_policy",
    "start_bill_run",
    "start_services",
    "stop_services",
    "take_back_payments",
    "take_readings",
]
