"""Roland's dialogue core, web application and command line."""
