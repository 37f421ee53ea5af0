"""Concerns with a promise: codes, dates, who keeps them."""
