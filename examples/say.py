"""A camera that says a sentence and ends: say.py TEXT [VOICE]."""

import sys
import time

import vtube
from vtube.errors import VtubeError


def main() -> None:
    """Speak, and wait until it has been said."""
    text, voice = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    with vtube.Camera(outputs=["browser"], port=0) as camera:
        print(f"for OBS and browsers: {camera.url}/camera", flush=True)
        camera.start()
        number = camera.say(text, voice)
        while number in camera.state()["speech"]["pending"]:
            time.sleep(0.1)
        failure = camera.state()["speech"]["failure"]
        if failure is not None:
            raise VtubeError(failure["line"])


if __name__ == "__main__":
    try:
        main()
    except VtubeError as error:
        sys.exit(str(error))
