"""HTTP and WebSocket: control, pages, streams.

Routes only; what they do lives in the other rooms.
"""
