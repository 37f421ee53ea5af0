"""Measures how well Roland understands, finds and answers."""
