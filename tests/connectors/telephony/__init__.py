"""Ways calls come in."""
