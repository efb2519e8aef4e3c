"""One picture of an anime character in; a live, talking virtual camera out.

The rooms and what each promises are described in CONTRIBUTING.md.
"""

__version__ = "0.1.0"
