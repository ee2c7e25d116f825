"""What pages of cases are made of: sentences, figures and steps of a case in words."""
