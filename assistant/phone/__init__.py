"""The office behind the telephone: the conversation of a call, people to put callers through to, call-backs."""
