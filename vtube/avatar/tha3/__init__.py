"""Talking Head Anime 3: its five networks, and the steps from a picture and a pose to an image."""
