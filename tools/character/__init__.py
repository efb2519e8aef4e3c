"""The default character, drawn as vectors."""
