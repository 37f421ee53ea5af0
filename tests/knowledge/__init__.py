"""Tests of the catalogue and what is found in it."""
