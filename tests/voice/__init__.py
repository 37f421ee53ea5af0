"""The phone line's ears, mouth and talk."""
