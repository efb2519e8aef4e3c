"""The running camera: the only room that knows every other."""
