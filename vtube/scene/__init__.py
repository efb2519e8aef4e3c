"""RGBA in, RGBA out.

Framing, background and effects between the renderer and the outputs.
"""
