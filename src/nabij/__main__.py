"""``python -m nabij``."""

from nabij.cli import main

main()
