"""One module per kind of spreadsheet file, each giving its sheets as rows of plain Python values.

They know bytes, zip parts, XML, encodings and delimiters, and stream with flat memory.
They leave what a row means, where the table is and what a column holds to the modules above them.
"""
