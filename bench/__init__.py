"""Measures what performance.md promises: each case beside its limit, both sides in one run, ratios and not boasts."""
