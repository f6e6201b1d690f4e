"""Train the CNN that ships: ``python -m training.train --data ../shared/data/mnist ../shared/data/pendigits``.

It is checked on digits that it did not learn from, and the figures go into a model card beside the model. A run that
was cut short goes on where it was when the same command is given again. ``--workers 4`` trains with four processes of
this machine; on several machines give each the same command and a ``TF_CONFIG``. ``--tune FILE`` goes on from a model.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InkstreamError
from pipeline.mnist import WHERE_TO_GET_THEM, LabelledRasters
from pipeline.recognition.classifier import Classifier, greetings_muted, version_of
from pipeline.settings import settings
from training.card import figures, write_card
from training.examples.corrections import corrected_digits, mixed_in, with_corrected
from training.examples.drawings import Handwriting
from training.examples.example import Examples
from training.examples.keeping import forget_kept, kept, kept_since
from training.examples.mixture import training_examples
from training.examples.sources import Division, Sources, add_data_option, divided, read_sources
from training.learning.distributed import LOST_A_PEER, run_workers
from training.progress import stderr

if TYPE_CHECKING:
    from training.learning.fitting import Fit


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save and check a CNN as the command line asks."""
    options = _parsed(arguments)
    try:
        options.tuned_from = version_of(options.tune) if options.tune else None  # OUT may be the same file
        options.out.parent.mkdir(parents=True, exist_ok=True)
        since = kept_since(options.checkpoint, _origin(options))
        sources = _sources(options)  # what is wrong with it is said before any worker starts
        if corrected := len(sources.corrected.labels):
            _say_what_was_corrected(corrected, since, options.checkpoint)
        else:
            options.lakehouse = None  # nor shall a worker find what was corrected meanwhile
        if options.workers > 1 and "TF_CONFIG" not in os.environ:
            run_workers(options.workers, work, options)
        _finish(options, sources)
    except (OSError, ValueError, InkstreamError) as problem:
        sys.exit(f"training.train: {problem}")
    except KeyboardInterrupt:
        sys.exit(
            f"training.train: stopped; the same command goes on after the last whole epoch ({options.checkpoint})."
        )


def work(options: argparse.Namespace) -> None:
    """Train as one of several workers; the result is the last checkpoint."""
    with greetings_muted():
        from training.learning.cluster import PeerLostError
    try:
        sources = _sources(options)
        _fit(options, sources, divided(sources))
    except PeerLostError as problem:
        stderr.print(str(problem))
        sys.exit(LOST_A_PEER)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m training.train",
        description="Train the CNN that reads digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add_data_option(parser)
    parser.add_argument(
        "--lakehouse",
        nargs="?",
        const=settings().lakehouse,
        metavar="URI",
        help="learn from the drawings that people corrected, too: in the stack's own lakehouse, or in another one",
    )
    parser.add_argument(
        "--tune",
        type=Path,
        metavar="FILE",
        help="begin with the weights of this model and learn more slowly; a few epochs do",
    )
    parser.add_argument("--epochs", type=int, default=20, help="times that each example is learnt from")
    parser.add_argument("--batch-size", type=int, default=256, help="rasters per step, of all workers together")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes of this machine that train")
    parser.add_argument("--out", type=Path, default=settings().model_path, help="the .keras file; its card goes beside")
    parser.add_argument(
        "--checkpoint", "--resume", type=Path, metavar="DIR", help="where an unfinished run is kept (OUT.training)"
    )
    options = parser.parse_args(arguments)
    if options.out.suffix != ".keras":  # nothing else is what Keras saves to
        parser.error(f"--out must be a file that ends in .keras, not {options.out}")
    options.checkpoint = options.checkpoint or options.out.with_name(options.out.name + ".training")
    if min(options.epochs, options.workers) < 1 or options.batch_size < options.workers:
        parser.error("--epochs and --workers must be 1 or more, and --batch-size no less than --workers")
    return options


def _sources(options: argparse.Namespace) -> Sources:
    """What the folders hold, and what was corrected until this training began: later corrections would be another."""
    sources = read_sources(options.data)
    if not len(sources.mnist.labels):
        wanted = "Pen strokes alone are too little to learn from: MNIST's images are wanted, too"
        raise InkstreamError(f"{wanted}. {WHERE_TO_GET_THEM}.")
    if options.lakehouse is None:
        return sources
    corrected = kept(options.checkpoint, _origin(options), LabelledRasters, lambda: corrected_digits(options.lakehouse))
    return with_corrected(sources, corrected) if len(corrected.labels) else sources


def _origin(options: argparse.Namespace) -> str:
    return f"corrections in {options.lakehouse}"


def _say_what_was_corrected(count: int, since: datetime | None, folder: Path) -> None:
    """How many corrected digits are learnt from; and until when, if a training that goes on has kept them."""
    until = f": those of {since:%Y-%m-%d %H:%M}, kept in {folder}; delete that to ask again" if since else ""
    stderr.print(f"Learning from {count} corrected digits, too{until}.", soft_wrap=True, markup=False)


def _fit(options: argparse.Namespace, sources: Sources, parts: Division) -> "Fit":
    """The trained network; at once, if the checkpoint is that of a whole run."""
    with greetings_muted():  # imported here, as it takes seconds, which --help and a wrong path need not wait for
        from training.learning.fitting import FASTEST, TUNING, Plan, fitted
        from training.learning.memory import keep_freed_memory
        from training.learning.network import trainable_network

    keep_freed_memory()
    fastest, make = (TUNING, partial(_tunable, options.tune)) if options.tune else (FASTEST, trainable_network)
    begun = f" from {options.tuned_from}" if options.tune else ""
    plan = Plan(options.epochs, options.batch_size, options.seed, data=sources.digest + begun, fastest=fastest)

    @cache
    def examples() -> Examples:
        hands = Handwriting(parts.mnist, parts.pen)
        return kept(options.checkpoint, f"{sources.digest} {options.seed}", Examples, lambda: made(hands))

    def made(hands: Handwriting) -> Examples:
        return mixed_in(training_examples(hands, options.seed), sources.corrected, options.seed)

    return fitted(lambda _: examples(), parts.mnist_checked, plan, options.checkpoint, make)


def _tunable(path: Path) -> Any:
    """The network of a model file, ready to go on learning."""
    import keras

    from training.learning.network import tunable_network

    return tunable_network(keras.models.load_model(path, compile=False))


def _finish(options: argparse.Namespace, sources: Sources) -> None:
    """Train what is left to train, save the model with its card and pictures, and forget the checkpoint."""
    parts = divided(sources)
    fit = _fit(options, sources, parts)
    from training.learning.checkpointing import forget
    from training.learning.cluster import place
    from training.learning.network import calibrated, shipped_network
    from training.learning.portable import save_portably

    forget_kept(options.checkpoint)
    if not place().is_chief:
        return
    model = calibrated(shipped_network(fit.network), parts.mnist_checked)
    save_portably(model, options.out)
    classifier = Classifier.load(options.out)
    pictures = _pictures(options.out, fit, classifier, parts.mnist_checked)
    card = write_card(options.out, _card(options, sources, parts, classifier) | _speed(model))
    forget(options.checkpoint)
    stderr.print(f"Wrote {', '.join(map(str, [options.out, card, *pictures]))}", soft_wrap=True)


def _pictures(out: Path, fit: "Fit", classifier: Classifier, checked: LabelledRasters) -> list[Path]:
    from training.learning.curves import draw_pictures

    return draw_pictures(out, fit.history, checked.labels, classifier.scores(checked.rasters).argmax(axis=1))


def _card(options: argparse.Namespace, sources: Sources, parts: Division, classifier: Classifier) -> dict[str, Any]:
    data = {
        "mnist": len(sources.mnist.labels),
        "pen_digits": len(sources.pen),
        "corrected_digits": len(sources.corrected.labels),
        "sha256": sources.digest,
    }
    how = {name: getattr(options, name) for name in ("seed", "epochs", "batch_size", "workers")}
    if options.tune:
        how["tuned_from"] = options.tuned_from
    checks = figures(classifier, sources.mnist_test, parts.pen_checked)
    return {"version": classifier.version, "data": data, **how, "figures": checks}


def _speed(model: Any) -> dict[str, Any]:
    from training.learning.network import plain_network
    from training.throughput import relative_throughput

    per_second, share = relative_throughput(model, plain_network())
    return {"images_per_second": round(per_second), "speed_relative_to_plain_cnn": round(share, 2)}


if __name__ == "__main__":
    main()
