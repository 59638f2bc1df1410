"""`tableau_de_bord.xlsx`: the same figures to sort, to filter and to print; real numbers, French formats."""
