"""Chat in: what viewers write, from any platform, as one kind of message."""
