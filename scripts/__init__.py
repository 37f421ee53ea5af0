"""Set-up of a working copy; nothing here is part of the running application."""
