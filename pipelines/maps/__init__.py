"""Maps: contours simplified and dissolved once; rates in classes whose bounds are written; the rest hatched.

Knows no indicator, no edition and no page.
"""
