"""Signals and the clock in, Pose out.

Drivers that each own some parameters, and the one mixer that layers them.
"""
