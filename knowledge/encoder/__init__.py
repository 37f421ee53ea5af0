"""Roland's own text encoder, and the way to any other sentence-transformers model."""
