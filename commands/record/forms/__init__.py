"""Forms: decisions as people fill them in, a spreadsheet of one row a change, and the empty forms to begin with."""
