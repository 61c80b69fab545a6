"""What keeps a town from standing, said in a sentence that tells the person at the keyboard what to do."""


class Trouble(Exception):
    """The town cannot stand here and now; the message says why, and what to do."""
