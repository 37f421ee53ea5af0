"""Tests of the way through a form."""
