"""The Java runtime and the class paths that Kafka, Flink and Beam's services run on."""
