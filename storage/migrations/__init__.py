"""The history of the schema. A change to a table gets a new file in `versions`, by

    alembic --config storage/migrations/alembic.ini -x url=sqlite:///x.db \\
        revision --autogenerate -m "what changes"

run on a database that is up to date; read what it wrote before you keep it.
"""
