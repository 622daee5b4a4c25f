"""Tables of counts whose cells add up: what they are, how they are read, exact arithmetic.

What belongs here: what the protection and the attack must both know of a table and that
passes no judgement on it: margins, files, elimination modulo a prime, a thin wrapper of the
solver. What does not: deciding what to hide (`warehouse.disclosure`) or whether something
hidden can be computed (`warehouse.attack`); those two share nothing but this package.
"""
