"""The engines that run THA3; each in its own file, listed in `vtube.avatar.registry`."""
