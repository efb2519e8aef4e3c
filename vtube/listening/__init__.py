"""The streamer's voice: a microphone, whose turn it is, speech recognition on this computer."""
