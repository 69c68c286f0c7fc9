"""What can be said of a programme before anybody is promised anything: warnings, share, attack."""
