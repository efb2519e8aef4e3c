"""Datagrams in, FaceFrame out.

One pure parser per protocol, one shared receiver, one registry: TRACKERS.
"""
