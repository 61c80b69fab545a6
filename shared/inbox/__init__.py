"""Hears facts: each once, in order per key, in sets, in one transaction with everything it changes."""

from shared.inbox.hearing import Hearing
from shared.inbox.listener import Listener
from shared.inbox.records import Record, record_of
from shared.inbox.take import Inbox, Skipped, Taken, TooManyRefused

__all__ = ["Hearing", "Inbox", "Listener", "Record", "Skipped", "Taken", "TooManyRefused", "record_of"]
