"""The way to a person."""
