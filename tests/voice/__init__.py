"""Tests of hearing and speaking on the telephone."""
