"""How the default character is drawn: `figure.drawing()` gives the SVG that `tools/character/build.py` renders."""
