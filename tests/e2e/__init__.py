"""What citizens see, in a real browser."""
