"""What is remembered between streams."""
