"""Measurements that are kept: each module runs on its own, `python -m benchmarks.NAME`."""
