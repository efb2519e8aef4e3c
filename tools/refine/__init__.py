"""Lets a finished puppet learn on, from poses that it has never seen before.

`vtube bake` learns from some thousand poses, which is what a processor can draw in minutes. A graphics card draws
hundreds a second while it learns, so that nothing is learnt by heart; the default character's puppet is made so.
"""
