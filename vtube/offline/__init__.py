"""Frame-exact video without a clock: recorded signals in, every frame rendered, however long it takes."""
