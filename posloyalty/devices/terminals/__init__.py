"""Card and wallet terminals behind `services.ports.PaymentTerminal`."""
