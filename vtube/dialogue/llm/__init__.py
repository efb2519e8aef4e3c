"""Language models that answer word by word."""
