"""Commands that join ``roland`` through the entry points ``roland.commands``."""
