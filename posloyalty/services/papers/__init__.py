"""What is printed: receipts and slips as data, and the queue of the printer."""
