"""POS Loyalty: a till that sells, with a loyalty programme, that needs no network.

The package holds everything but the screens: rules (`domain`), verbs (`services`), the sync
protocol (`sync`), and the adapters to database, paper and devices. It never imports `ui`.
"""

__version__ = "0.1.0"
