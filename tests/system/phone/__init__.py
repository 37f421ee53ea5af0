"""Calls with real telephones."""
