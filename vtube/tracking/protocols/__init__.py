"""What trackers send, one file each."""
