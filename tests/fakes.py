"""A stand-in for every device and seam, used by all tests."""

from __future__ import annotations
