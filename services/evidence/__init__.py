"""The form in which frames are kept as evidence, and the digests that bind them. Pure."""
