"""Text in, PCM with phoneme times out.

One file per voice behind one seam, a queue that speaks them.
"""
