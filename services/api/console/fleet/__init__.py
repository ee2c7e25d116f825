"""What pages of devices and of rejected messages are made of."""
