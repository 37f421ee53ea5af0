"""Tests of what is said on the telephone."""
