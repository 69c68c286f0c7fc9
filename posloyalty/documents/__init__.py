"""What the shop prints: receipts on paper, as PDF and on screen, and member cards.

`receipt_layout` places a receipt as data on its paper once; `receipt_pdf`, `receipt_raster` and
`receipt_escpos` only draw what it placed, so they look alike.
"""
