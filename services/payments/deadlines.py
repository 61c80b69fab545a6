"""Door 3: no clock strikes for payments yet.

A confirmation given to a crew runs out by its own `valid_until`, which is compared and needs nothing done; money in
suspense waits for a person, and the clock of that work is the ticket's. When a drawer must be closed or a deposit
made by a certain hour (rulebook 6), its deadline is declared here.
"""

from shared.deadlines import Strikes

strikes = Strikes()
