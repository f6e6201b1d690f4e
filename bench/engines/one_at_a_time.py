"""As in tutorials: each message through ``model.predict`` by itself; ``python -m bench.engines.one_at_a_time``."""

import keras
from kafka import KafkaConsumer, KafkaProducer

from bench.engines.kafka_python import arrival
from bench.reading import predictions
from pipeline.recognition.classifier import Classifier
from pipeline.settings import Settings, settings


def loop(here: Settings) -> None:
    """Read for ever, one message after the other."""
    model = keras.models.load_model(here.model_path, compile=False)
    classifier = Classifier("one-at-a-time", lambda rasters: model.predict(rasters, verbose=0))
    producer = KafkaProducer(bootstrap_servers=here.kafka)
    consumer = KafkaConsumer(
        here.drawings_topic, bootstrap_servers=here.kafka, group_id="bench", auto_offset_reset="earliest"
    )
    for record in consumer:
        for key, value in predictions([arrival(record)], classifier):
            producer.send(here.predictions_topic, value, key)


if __name__ == "__main__":
    loop(settings())
