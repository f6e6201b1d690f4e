"""The lakehouse: one Delta table of every drawing read, each Kafka record in it exactly once.

``schema`` says what a row is, ``writer`` appends, ``query`` reads, ``maintenance`` keeps the files few and large.
"""
