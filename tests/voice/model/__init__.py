"""Tests of the recogniser's models: the making of the one to test with, and the measuring of any."""
