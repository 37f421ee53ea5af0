"""Tests of the recogniser that mishears."""
