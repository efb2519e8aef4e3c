"""A picture in a pose: still.py [PICTURE] writes still.png."""

import sys

import vtube

POSE = {"head_y": 0.5, "neck_z": -0.3, "eye_happy_wink_left": 1.0, "mouth_aaa": 0.6}


def main() -> None:
    """Render one still of the picture, or of the default character."""
    vtube.render_still(sys.argv[1] if len(sys.argv) > 1 else None, POSE).save("still.png")
    print("still.png")


if __name__ == "__main__":
    main()
