"""Tests of the connectors beyond their contracts."""
