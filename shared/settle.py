"""What a process does with its memory once everything is imported and before the work begins."""

import ctypes
import gc

YOUNG_OBJECTS_MAX = 20_000
"""How many new objects may gather before Python looks for cycles among them. A batch makes some thousands that live
exactly as long as the batch: Python's own 700 looked through them a dozen times a batch and found nothing, which was
a fifth of the CPU time of an event heard."""


def settle_in() -> None:
    """What was imported stays: collecting it again and again costs every request. What importing left is given back."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, *gc.get_threshold()[1:])
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # the GNU C library has it: 4 MB a service
    if give_back is not None:
        give_back(0)
