"""The only room with a door to the outside: what opens a connection stands here.

A connection is opened only to an address that the user wrote down, and for nothing but what was
asked: to read a register, or to write a result.
"""
