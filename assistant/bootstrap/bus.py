"""How worker processes tell each other what has changed."""

from assistant.bus import LocalBus
from assistant.bus_redis import RedisBus
from assistant.config import Settings


def open_bus(settings: Settings) -> LocalBus | RedisBus:
    """Redis where one is configured, else within each process; not entered yet."""
    url = settings.bus.url.get_secret_value()
    return RedisBus(url, prefix=settings.bus.prefix) if url else LocalBus()
