"""Pictures of people who exercise: poses in, SVG out. Pure: no database, no request, no clock.

`pose` is the form that poses are written in, `body` finds where every joint is, `checking` says what is wrong with a
pose, `drawing` draws it. Lengths are centimetres of a grown-up of 172 cm; angles are degrees, 0 to the right,
counter-clockwise.
"""
