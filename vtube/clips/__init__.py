"""Clips that are made beside the camera: asked for on the page, rendered by a process of low priority, one at a time.

    clips/ID/clip.json, what it is made of (text.txt, settings.yaml, character/), and clip.mp4 when it is done
    clips/sounds/ID.wav, sounds that were handed in

in the user's own folder. `order` says what a clip may be, `shelf` keeps the files, `process` is the child that renders,
`queue` lets one after the other be made.
"""
