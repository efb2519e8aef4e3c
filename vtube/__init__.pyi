from vtube.studio.camera import Camera as Camera
from vtube.studio.still import render_still as render_still

__version__: str
__all__ = ["Camera", "__version__", "render_still"]
