"""Payments: every cent that came in, how, for what, and whether it still stands."""
