"""The talk on the telephone: what is heard or keyed → what is said, and what is expected next."""
