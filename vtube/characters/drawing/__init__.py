"""How the default character is drawn: `figure.drawing()` gives the SVG that `vtube/characters/build.py` renders."""
