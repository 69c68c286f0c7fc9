"""Head office's web console: pages made on the server, for people, under `/console`."""
