"""Reading Kafka from the Beam workers: who reads which partitions, from which offsets on."""
