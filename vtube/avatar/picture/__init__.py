"""From a picture file to a character that fits the template."""


def __getattr__(name: str) -> object:
    """`load_picture`, as `prepare` was called; goes with version 1.0, as `vtube.moved` does."""
    if name != "load_picture":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vtube.avatar.picture.prepare import prepare

    return prepare
