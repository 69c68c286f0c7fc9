"""What a programme costs and brings: reports over the ledger, never part of a sale."""
