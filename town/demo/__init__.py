"""The demo town: 10,639 real bills lived through once, and a short day after them."""

from town.demo.load import load

__all__ = ["load"]
