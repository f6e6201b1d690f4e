"""Small random changes of batches of digits, new in every epoch: other hands, other pens."""

from collections.abc import Callable

import tensorflow as tf

SIDE = 28
TURN, SLANT, STRETCH, SHIFT = 0.12, 0.12, 0.08, 0.8
"""Standard deviations: radians, share of the height, logarithm of the scale, pixels."""
WOBBLE, WOBBLE_KNOTS = 0.7, 5
"""Elastic distortion (Simard et al. 2003): pixels by which each knot of a coarse grid strays."""
THICKER, THINNER = 0.5, 0.3
"""Greatest share of a 3×3 dilation or erosion that is blended in."""
UNCHANGED = 0.25
"""Share of digits that are left as they are, since the stream's are: sampling between pixels blurs all the others."""


def augmented(rasters: tf.Tensor, freedom: tf.Tensor) -> tf.Tensor:
    """Digits uint8 (n, 28, 28) bent, turned, moved, thickened or thinned: float32 (n, 28, 28), 0 to 255.

    ``freedom`` (n,) is the share of the usual changes that each digit undergoes: 0 leaves it as it is, and so are some
    others.
    """
    ink = tf.cast(rasters, tf.float32)
    count = tf.shape(ink)[0]
    freedom = tf.where(tf.random.uniform((count,)) < UNCHANGED, 0.0, freedom)
    grid = tf.cast(tf.stack(tf.meshgrid(tf.range(SIDE), tf.range(SIDE), indexing="ij"), axis=-1), tf.float32)
    moves = _affine(grid, count) + _wobble(count)
    return _with_other_pens(_sampled(ink, grid + freedom[:, None, None, None] * moves), freedom[:, None, None])


def _affine(grid: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """How far away each pixel comes from (n, 28, 28, 2), down and across, under a random affine map."""
    turn, slant = tf.unstack(tf.random.normal((2, count), stddev=[[TURN], [SLANT]]))
    tall, wide = tf.unstack(tf.exp(tf.random.normal((2, count), stddev=STRETCH)))
    cosine, sine = tf.cos(turn), tf.sin(turn)
    matrix = tf.stack([tall * cosine, wide * sine, tall * (slant - sine), wide * cosine], axis=-1)
    from_middle = tf.reshape(grid - (SIDE - 1) / 2, (SIDE * SIDE, 2))
    moves = tf.einsum("pi,nij->npj", from_middle, tf.reshape(matrix, (-1, 2, 2)) - tf.eye(2))
    moves += tf.random.normal((count, 1, 2), stddev=SHIFT)
    return tf.reshape(moves, (-1, SIDE, SIDE, 2))


def _wobble(count: tf.Tensor) -> tf.Tensor:
    knots = tf.random.normal((count, WOBBLE_KNOTS, WOBBLE_KNOTS, 2), stddev=WOBBLE)
    return tf.image.resize(knots, (SIDE, SIDE), "bicubic")


def _sampled(ink: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """The ink at ``places`` (n, 28, 28, 2) between pixels, by bilinear interpolation; none beyond the edge."""
    padded = tf.reshape(tf.pad(ink, ((0, 0), (1, 1), (1, 1))), (-1, (SIDE + 2) ** 2))
    places = tf.reshape(tf.clip_by_value(places + 1, 0, SIDE + 0.999), (-1, SIDE * SIDE, 2))
    corner = tf.floor(places)
    down, right = tf.unstack(places - corner, axis=-1)
    row, column = tf.unstack(tf.cast(corner, tf.int32), axis=-1)
    first = row * (SIDE + 2) + column
    upper, lower = (
        tf.gather(padded, start, batch_dims=1) * (1 - right) + tf.gather(padded, start + 1, batch_dims=1) * right
        for start in (first, first + SIDE + 2)
    )
    return tf.reshape(upper * (1 - down) + lower * down, (-1, SIDE, SIDE))


def _with_other_pens(ink: tf.Tensor, freedom: tf.Tensor) -> tf.Tensor:
    """Each digit blended with a dilation or an erosion of itself by a random share."""
    share = freedom * tf.random.uniform((tf.shape(ink)[0], 1, 1), -THINNER, THICKER)
    thick, thin = _extreme(ink, tf.maximum), _extreme(ink, tf.minimum)
    return ink + tf.abs(share) * (tf.where(share > 0, thick, thin) - ink)


def _extreme(ink: tf.Tensor, of: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """The greatest or least of each 3×3 neighbourhood; pooling takes several times as long with a single channel."""
    padded = tf.pad(ink, ((0, 0), (1, 1), (1, 1)), "SYMMETRIC")
    of_rows = of(of(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return of(of(of_rows[:, :, :-2], of_rows[:, :, 1:-1]), of_rows[:, :, 2:])
