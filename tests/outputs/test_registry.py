import pytest

from tests.outputs.contexts import context, moving_frame
from vtube.errors import SettingsError
from vtube.outputs.registry import OUTPUTS, create_output
from vtube.spec import Spec

ARGUMENTS = {"stream": "rtmp://127.0.0.1:9/live", "file": "take.mkv", "whip": "http://127.0.0.1:9/whip"}


@pytest.mark.parametrize("kind", OUTPUTS.names())
def test_every_output_is_made_without_touching_a_device(kind: str) -> None:
    output = create_output(str(Spec(kind, ARGUMENTS.get(kind))), context())
    assert output.name == kind
    assert output.keeps_every_frame is (kind == "file")
    output.close()
    output.close()


def test_an_unknown_output_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="no output 'camara'; did you mean 'camera'"):
        create_output("camara", context())


def test_null_takes_everything() -> None:
    output = create_output("null", context())
    output.open()
    output.send(moving_frame(0), 0.0)  # must not raise
    output.close()
    assert output.detail == "frames are thrown away"


def test_a_file_and_a_stream_go_by_no_other_name() -> None:
    """Clients may not name one, which is told by the SPEC's first word."""
    assert OUTPUTS.entry("file").aliases == OUTPUTS.entry("stream").aliases == ()
