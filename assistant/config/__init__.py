"""Everything a city can set: one TOML file, overridden by environment variables ``ROLAND__SECTION__KEY``."""

from assistant.config.phone import PhoneSettings
from assistant.config.settings import (
    ChannelSettings,
    ChatwootSettings,
    CitySettings,
    ContactSettings,
    HoursSettings,
    HttpSettings,
    LoggingSettings,
    MailSettings,
    RetrievalSettings,
    Settings,
    StorageSettings,
    TextsSettings,
    TicketsSettings,
    ZammadSettings,
    load_settings,
    setting_keys,
)

__all__ = [
    "ChannelSettings",
    "ChatwootSettings",
    "CitySettings",
    "ContactSettings",
    "HoursSettings",
    "HttpSettings",
    "LoggingSettings",
    "MailSettings",
    "PhoneSettings",
    "RetrievalSettings",
    "Settings",
    "StorageSettings",
    "TextsSettings",
    "TicketsSettings",
    "ZammadSettings",
    "load_settings",
    "setting_keys",
]
