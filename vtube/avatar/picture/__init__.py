"""From a picture file to a character that fits the template."""
