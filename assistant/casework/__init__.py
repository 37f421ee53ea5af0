"""A city's own case systems beside the desk: hand-offs and tickets go there, answers come back."""
