"""The office behind the telephone."""
