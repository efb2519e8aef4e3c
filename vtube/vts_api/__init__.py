"""VTube Studio's plug-in API: what is written for that program can steer this one.

A WebSocket on port 8001 with JSON in and out, as DenchiSoft's README and Events page describe it (MIT).
"""
