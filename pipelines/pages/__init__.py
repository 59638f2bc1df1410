"""Self-contained pages in French: HTML from a template and what was read, with no address outside the file."""
