"""The warehouse: one database that holds the load, the scopes' periods and the figures.

`database` opens it, `schema` says what is in it, `rows` reads and writes many rows at once;
`load_store`, `period_store`, `day_store` and `figure_store` read and write its parts. What does not
belong here: what the values mean (see the domain).
"""
