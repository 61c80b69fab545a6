"""What billing decides: pure functions on frozen values; time, ids and rows are given, never fetched."""
