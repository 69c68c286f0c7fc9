"""What a till may hand out where several share it: leases, and asking for more."""
