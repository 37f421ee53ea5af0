"""Tests of the dialogue core."""
