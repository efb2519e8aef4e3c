"""Small networks that double line art. Optional: without them Lanczos' filter does it."""
