"""The tables of a result."""
