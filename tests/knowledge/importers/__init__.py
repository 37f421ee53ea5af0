"""Tests of the ways into the catalogue."""
