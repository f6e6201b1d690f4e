"""The same loop with kafka-python: ``python -m bench.engines.kafka_python PARTITION …``."""

import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from bench.reading import BATCH, predictions
from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.recognition.classifier import Classifier
from pipeline.settings import Settings, settings


def loop(here: Settings, partitions: list[int]) -> None:
    """Read for ever: up to a full batch, and what is there at once otherwise."""
    classifier = Classifier.load(here.model_path, threads=1)
    producer = KafkaProducer(
        bootstrap_servers=here.kafka, acks="all", enable_idempotence=True, batch_size=128 * 1024, metrics_enabled=False
    )
    consumer = KafkaConsumer(
        bootstrap_servers=here.kafka,
        group_id="bench",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        metrics_enabled=False,
    )
    consumer.assign([TopicPartition(here.drawings_topic, partition) for partition in partitions])
    while True:
        records = [record for found in consumer.poll(1000, max_records=BATCH).values() for record in found]
        for key, value in predictions([arrival(record) for record in records], classifier) if records else ():
            producer.send(here.predictions_topic, value, key)
        producer.flush()
        consumer.commit_async()


def arrival(record: ConsumerRecord) -> Arrival:
    """A record as the recognition wants it."""
    origin = Origin(record.topic, record.partition, record.offset)
    return Arrival(origin, record.timestamp, record.key, record.value, dict(record.headers))


if __name__ == "__main__":
    loop(settings(), [int(partition) for partition in sys.argv[1:]])
