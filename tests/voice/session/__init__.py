"""Tests of the talk on the telephone."""
