"""What a monthly report is made of."""
