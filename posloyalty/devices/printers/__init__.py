"""Drivers of receipt printers behind `services.papers.receipt_printer.ReceiptPrinter`.

`escpos_printer` leads the conversation; `network`, `serial_port`, `usb` and `device_file` are the
channels it is led over; `folder`, `recording` and `no_printer` are printers without hardware.
`choose` makes the one that the shop has set up.
"""
