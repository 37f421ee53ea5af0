"""The SIP endpoint."""
