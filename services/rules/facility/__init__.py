"""Treatment facilities 治理设施: whether they run while production runs, and what they remove."""
