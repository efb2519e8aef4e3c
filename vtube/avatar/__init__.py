"""Pose in, RGBA frame out.

Pictures, weights, the THA3 networks, the engines that run them.
"""
