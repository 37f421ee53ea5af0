"""Stores: what is kept, in SQL."""
