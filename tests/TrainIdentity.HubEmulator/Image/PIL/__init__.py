"""
What a trainer's image would have of Pillow, as far as the runner uses it. It reads no pixels: photos pass through as they
are, and what is saved as a JPEG shows a face that goes with them.
"""
