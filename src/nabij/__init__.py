"""Find regional business clusters in a register of establishments."""

__version__ = "0.1.0"
