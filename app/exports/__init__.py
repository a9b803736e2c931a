"""Lists as files: Excel and CSV.

Owns how rows become a workbook or a text file and what is recorded about it. Leaves to each view which
rows and columns its list shows, and to the permission table who may take them away.
"""
