"""Benchmarks of the proximity sums: one file a claim. ``python -m benchmarks`` runs all."""
