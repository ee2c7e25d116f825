"""What pages of administration are made of."""
