"""What head office keeps: tables, migrations, and what the two databases word differently."""
