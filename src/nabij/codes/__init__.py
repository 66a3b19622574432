"""Sectors: named sets of industry codes, chosen by prefix."""

from nabij.codes.selection import Members, members, select

__all__ = ["Members", "members", "select"]
