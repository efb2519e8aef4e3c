"""What makes the things that ship: the default character and the pictures of the documentation."""
