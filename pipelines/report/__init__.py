"""What committees read: pages, a workbook and open data, drawn from one edition of one snapshot's folder alone.

Nothing here opens the warehouse, the register or the network.
"""
