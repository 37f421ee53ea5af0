"""How fast and how loud Roland speaks."""

from dataclasses import replace

from assistant.model import Voice
from voice.session.commands import Command

_SPEEDS = (0.7, 0.85, 1.0, 1.15, 1.3)
_VOLUMES = (0.5, 0.7, 1.0, 1.4, 2.0)
_STEPS = {Command.SLOWER: -1, Command.FASTER: 1, Command.QUIETER: -1, Command.LOUDER: 1}
EXTREMES = {
    Command.SLOWER: "slowest",
    Command.FASTER: "fastest",
    Command.LOUDER: "loudest",
    Command.QUIETER: "quietest",
}
"""What is said where it does not go any further."""


def otherwise(voice: Voice, command: Command) -> Voice | None:
    """The voice one step slower, faster, louder or quieter; None where there is none."""
    is_speed = command in {Command.SLOWER, Command.FASTER}
    steps, now = (_SPEEDS, voice.speed) if is_speed else (_VOLUMES, voice.volume)
    at = steps.index(now) + _STEPS[command]
    if not 0 <= at < len(steps):
        return None
    return replace(voice, speed=steps[at]) if is_speed else replace(voice, volume=steps[at])
