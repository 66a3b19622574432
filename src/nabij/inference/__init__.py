"""How sure: tests, intervals and envelopes, on arrays alone.

Everything here is about one idea, relabelling: the places stay, and which of the reference's
establishments are the sector is drawn at random. This package knows arrays and the proximity
engine, and nothing of registers, tables or studies.
"""
