"""Processes beside the show, and the pipes between: the parent's end and the child's."""
