"""The official Windows Python under Wine, for `.ci/windows`."""
