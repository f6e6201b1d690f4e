"""The same as a dataflow of Bytewax (Timely Dataflow in Rust): ``python -m bytewax.run bench.engines.bytewax:flow``."""

from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow

from bench.engines.confluent import producer_config
from bench.reading import BATCH, predictions
from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.recognition.classifier import Classifier
from pipeline.settings import settings


def flow() -> Dataflow:
    """Source, reading in whole batches, sink."""
    here = settings()
    classifier = Classifier.load(here.model_path, threads=1)

    def read(messages: list[Any]) -> list[KafkaSinkMessage[bytes, bytes]]:
        answers = predictions([arrival(message) for message in messages], classifier)
        return [KafkaSinkMessage(key, value) for key, value in answers]

    flow = Dataflow("digits")
    source = KafkaSource([here.kafka], [here.drawings_topic], batch_size=BATCH)
    sink = KafkaSink([here.kafka], here.predictions_topic, add_config=producer_config(here.kafka))
    op.output("predictions", op.flat_map_batch("read", op.input("drawings", flow, source), read), sink)
    return flow


def arrival(message: Any) -> Arrival:
    """A ``KafkaSourceMessage`` as the recognition wants it."""
    origin = Origin(message.topic, message.partition, message.offset)
    return Arrival(origin, message.timestamp[1], message.key, message.value, dict(message.headers))
