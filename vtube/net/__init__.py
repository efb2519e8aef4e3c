"""What every room shares that opens a port or fetches a file."""
