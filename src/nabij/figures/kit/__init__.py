"""The tools that every figure is drawn with."""
