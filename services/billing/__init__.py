"""Billing: what was used, what it costs, what is owed, and how far an unpaid debt has gone."""
