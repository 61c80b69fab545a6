"""Licensing: applications, what must be corrected, what was decided, and the licenses issued."""
