"""The moving picture of the README: a tracked face on the left, the character that follows it on the right."""
