"""The dialogue core: one turn is a list of steps, read in ``assistant.dialogue.run``."""
