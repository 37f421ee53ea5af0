"""Tests of what measures Roland."""
