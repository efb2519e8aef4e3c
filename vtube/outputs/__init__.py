"""RGBA frames out to a device, a file or a client.

One file per output behind one seam; each has its own thread and drops frames for itself alone.
"""
