"""Tests of the scenarios held by telephone."""
