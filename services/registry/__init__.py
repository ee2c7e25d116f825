"""Plants, outlets, devices and channels as a document that people write, and what it changes."""
