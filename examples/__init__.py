"""Small programs that use vtube as a library."""
