"""One function for each thing that happens on a call.

A flow opens one transaction, asks the pure rooms what to do, writes it down, and leaves the
carrier for later: commands are rows, sent after the commit.
"""
