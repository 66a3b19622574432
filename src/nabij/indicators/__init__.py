"""The indicators: concentration, specialisation, size."""
