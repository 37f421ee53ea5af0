"""Concerns that cannot be settled now: a promise with a date, a code to ask for the answer, and who keeps it."""
