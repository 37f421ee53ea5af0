"""The web application, spoken to over HTTP."""
