"""What people call the words of the answers, by subject."""
