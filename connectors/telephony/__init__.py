"""Ways calls come in, each an adapter of ``Trunk`` whose calls are ``MediaLeg``s."""
