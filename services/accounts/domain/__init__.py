"""Accounts decides here: pure functions on frozen dataclasses, one file per noun."""
