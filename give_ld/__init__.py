"""give-ld: AI guesses about audio and video, decided by people, published as linked data."""

__version__ = "0.1.0"
