"""What a shop is made of: products, codes, baskets, tenders and sales."""
