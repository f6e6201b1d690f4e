"""The streaming job: drawings from Kafka, read by a CNN on Beam and Flink, to Kafka and the lakehouse."""
