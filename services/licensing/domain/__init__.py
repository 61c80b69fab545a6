"""What licensing decides: pure rules on frozen values; no I/O, no clock, no randomness."""
