"""The voices, one file each."""
