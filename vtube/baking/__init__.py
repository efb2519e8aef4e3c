"""Baking while the camera runs: `worker` is the process that bakes, `process` starts and hears it, `upkeep` decides.

The bake is a process of its own: torch's memory and Python's lock stay out of the camera's.
"""
