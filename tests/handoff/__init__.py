"""Waiting for a person, and those who answer."""
