"""One contract test a port, over all its adapters."""
