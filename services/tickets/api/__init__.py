"""Door 1, people ask: parse, one command or one view, answer."""

from services.tickets.api import desk, tickets
from shared.http import Door

door = Door().include(tickets.door, desk.door)

__all__ = ["door"]
