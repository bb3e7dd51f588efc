"""What an instance says about itself to those who have to answer for it."""
