"""The ceiling: confluent-kafka in, read, confluent-kafka out; ``python -m bench.engines.bare_loop PARTITION …``."""

import sys

from confluent_kafka import Consumer, Producer, TopicPartition

from bench.engines.confluent import arrival, consumer_config, producer_config
from bench.reading import BATCH, predictions
from pipeline.recognition.classifier import Classifier
from pipeline.settings import Settings, settings


def loop(here: Settings, partitions: list[int]) -> None:
    """Read for ever: a full batch under load, and what is there at once otherwise."""
    classifier = Classifier.load(here.model_path, threads=1)
    producer = Producer(producer_config(here.kafka))
    consumer = Consumer(consumer_config(here.kafka))
    consumer.assign([TopicPartition(here.drawings_topic, partition, 0) for partition in partitions])
    while True:
        if (first := consumer.poll(1)) is None:
            continue
        batch = [first, *consumer.consume(BATCH - 1, timeout=0)]
        for key, value in predictions([arrival(message) for message in batch], classifier):
            producer.produce(here.predictions_topic, value, key)
        producer.flush()
        consumer.commit(asynchronous=True)


if __name__ == "__main__":
    loop(settings(), [int(partition) for partition in sys.argv[1:]])
