"""The desk: tickets, the people who work on them, routing, clocks and escalation."""
