"""A live camera that goes through the emotions: expressions.py [SECONDS for each]."""

import sys
import time

import vtube

EMOTIONS = ("joy", "surprise", "sadness", "anger", "neutral")


def main() -> None:
    """Run beside a program of its own: this loop could as well be a game or a chat bot."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with vtube.Camera(outputs=["browser"], port=0) as camera:
        print(f"for OBS and browsers: {camera.url}/camera", flush=True)
        camera.start()
        for name in EMOTIONS:
            print(name, flush=True)
            camera.emotion(name)
            time.sleep(seconds)


if __name__ == "__main__":
    main()
