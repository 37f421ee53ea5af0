"""Going through a form with somebody, step by step."""
