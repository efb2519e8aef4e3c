"""PCM in, MouthShape out.

Sources behind one seam, the vowel recogniser apart from every device.
"""
