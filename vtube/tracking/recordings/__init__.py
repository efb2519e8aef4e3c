"""Recorded faces: written, read, played."""
