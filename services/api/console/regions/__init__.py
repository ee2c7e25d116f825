"""What pages of regions are made of: groups, the schematic map and the reasons beside it."""
