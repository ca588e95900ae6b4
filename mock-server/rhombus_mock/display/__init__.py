"""What people read: lists, explanations, the ready block, a line for each happening."""
