"""What can be done to the picture, one subject each: on straight alpha, and without writing to the frame given."""
