"""What a webhook costs, how long it takes, and what a worker weighs: ``python -m bench``.

Floor and product are measured by turns in one run and compared as ratios, because absolute
figures say more about the machine than about us. The method is told in docs/performance.md.
"""
