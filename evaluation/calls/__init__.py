"""The scenario files held by telephone: how many are solved where words are misheard, and how the rest end."""
