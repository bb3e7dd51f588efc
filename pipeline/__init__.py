"""The AI: media files in, records of guesses out. It never sees a store."""
