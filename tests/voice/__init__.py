"""Tests of the telephone line."""
