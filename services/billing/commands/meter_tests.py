"""Tests of meters: what is found, and what is to be given back where one ran fast."""

from collections.abc import Sequence

from services.billing import store
from services.billing.commands.letters import draw_up_letters
from services.billing.domain.meter_tests import credits_of, finding_of, wrong_since
from shared.events import accounts
from shared.postgres import Tx


async def hear_meter_tests(tx: Tx, facts: Sequence[accounts.MeterTested]) -> None:
    """Propose what a fast meter gives back of each bill; keep the others, so that one can ask. Each is heard once."""
    policy = (await store.find_policy(tx, tx.today)).meter_tests
    tested = await store.find_tested(tx, [fact for fact in facts if fact.agreement_id is not None])
    found = [(one, finding_of(one, policy)) for one in tested]
    fast = [(one, wrong_since(one, policy)) for one, finding in found if finding == "fast"]
    charged = await store.find_charged(tx, fast)
    since = {one.order_id: since_on for one, since_on in fast}
    judged = [
        (one, policy.fast_over_hundredths[one.commodity], finding, since.get(one.order_id)) for one, finding in found
    ]
    given_back = [
        (one.order_id, credit) for one, since_on in fast for credit in credits_of(one, since_on, charged[one.order_id])
    ]
    await store.insert_tests(tx, judged, given_back)
    await draw_up_letters(tx, "meter_test_result", [one.order_id for one in tested])
