"""What every room that opens a port shares."""
