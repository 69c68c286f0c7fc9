"""A sale, from the scan to the book: quoting, paying, holding, completing."""
