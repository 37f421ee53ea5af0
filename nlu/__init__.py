"""Understanding: language, personal data, intents and entities."""
