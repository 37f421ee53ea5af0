"""The bridges to other systems."""
