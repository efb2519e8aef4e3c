"""When a frame happens: the fixed-rate loop, the render thread and what keeps them in step."""
