"""The web application: JSON API, pages, live events, Rasa's REST channel."""
