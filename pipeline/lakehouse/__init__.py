"""The lakehouse: a Delta table of every drawing read, and one of every correction; each Kafka record is in it once.

``schema`` and ``corrections`` say what a row is, ``location`` where the tables are; ``writer`` appends, ``query``
reads, ``maintenance`` keeps the files few and large.
"""
