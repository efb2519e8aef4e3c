"""The THA3 weights: which there are, where they come from, and a folder that always holds them whole.

`files.network_files` is what an engine calls; everything else serves it.
"""

NETWORKS = (
    "eyebrow_decomposer",
    "eyebrow_morphing_combiner",
    "face_morpher",
    "two_algo_face_body_rotator",
    "editor",
)
"""The five networks of THA3, in the order in which a frame passes through them."""
