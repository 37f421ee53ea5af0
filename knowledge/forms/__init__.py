"""Forms: reading them from FIM schemas and from Roland's own bundle."""
