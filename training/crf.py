"""A linear-chain conditional random field over numbered features, trained by Adagrad on small batches.

It needs numpy and scipy only. Weights may start from those of another training (first the outside data, then the
corpus), so that what the first taught stays where the second says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Sequences:
    """Sentences for training: ``features`` one row a character (0: none), ``labels`` one number a character,
    ``lengths`` of the sentences in order, ``weights`` how much each counts."""

    features: Array
    labels: Array
    lengths: Array
    weights: Array


@dataclass(frozen=True, slots=True)
class Chain:
    """The trained field: sorted feature numbers ``keys``, their weights (one row a key), and the transitions."""

    keys: Array
    weights: Array
    transitions: Array


@dataclass(frozen=True, slots=True)
class _Batch:
    matrix: csr_matrix
    rows: Array
    labels: Array
    index: Array  # sentence × place → row of the batch; -1 beyond its end
    weight: Array
    fragile: Array  # which entries of the matrix may fall away together in a sentence
    sentence: Array  # of each entry of the matrix


def index_of(keys: Array, features: Array) -> Array:
    """The place of each feature among ``keys``, -1 for one that is not there."""
    at = np.minimum(np.searchsorted(keys, features), len(keys) - 1)
    return np.where(keys[at] == features, at, -1)


def _batches(data: Sequences, keys: Array, size: int, fragile: Array) -> list[_Batch]:
    starts = np.concatenate([[0], np.cumsum(data.lengths)])
    order = np.argsort(data.lengths, kind="stable")
    groups: list[list[int]] = [[]]
    total = 0
    for sentence in order:
        if total >= size:
            groups.append([])
            total = 0
        groups[-1].append(int(sentence))
        total += int(data.lengths[sentence])
    return [_batch(data, keys, starts, group, fragile) for group in groups if group]


def _batch(data: Sequences, keys: Array, starts: Array, group: list[int], fragile: Array) -> _Batch:
    places = np.concatenate([np.arange(starts[s], starts[s + 1]) for s in group])
    found = index_of(keys, data.features[places])
    present = found >= 0
    rows, local = np.unique(found[present], return_inverse=True)
    pointers = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    matrix = csr_matrix((np.ones(len(local), np.float32), local, pointers), shape=(len(places), len(rows)))
    lengths = data.lengths[group]
    index = np.full((len(group), int(lengths.max())), -1, np.int64)
    at = 0
    for row, length in enumerate(lengths):
        index[row, :length] = np.arange(at, at + length)
        at += int(length)
    entry_row, entry_column = np.nonzero(present)
    sentence = np.repeat(np.arange(len(group)), lengths)[entry_row]
    return _Batch(
        matrix,
        rows,
        data.labels[places],
        index,
        data.weights[group].astype(np.float32),
        fragile[entry_column],
        sentence,
    )


def forward_backward(scores: Array, index: Array, transitions: Array) -> tuple[Array, Array, float]:
    """Posterior of each label at each row, expected transitions weighted by nothing, and the log partition's sum.

    ``scores`` has one row a character; ``index`` as in a batch. The first label of a sentence is free.
    """
    posterior, pairs, total = _posteriors(scores, index, transitions, np.ones(len(index), np.float32))
    return posterior, pairs, total


def _posteriors(scores: Array, index: Array, transitions: Array, weight: Array) -> tuple[Array, Array, float]:
    count, longest = index.shape
    labels = scores.shape[1]
    top = scores.max(axis=1, keepdims=True)
    emission = np.exp(scores - top)
    step = np.exp(transitions).astype(np.float32)
    alpha = np.zeros((longest, count, labels), np.float32)
    scale = np.ones((longest, count), np.float32)
    live = index >= 0
    for at in range(longest):
        here = emission[np.maximum(index[:, at], 0)]
        value = here if at == 0 else (alpha[at - 1] @ step) * here
        norm = value.sum(axis=1)
        on = live[:, at]
        scale[at] = np.where(on, norm, 1.0)
        alpha[at] = np.where(on[:, None], value / np.maximum(norm, 1e-30)[:, None], 0.0)
    beta = np.ones((count, labels), np.float32)
    posterior = np.zeros_like(scores)
    pairs = np.zeros_like(step)
    for at in range(longest - 1, -1, -1):
        on = live[:, at]
        rows = index[on, at]
        posterior[rows] = (alpha[at] * beta)[on]
        if at:
            here = emission[np.maximum(index[:, at], 0)] * beta / scale[at][:, None]
            here = np.where(on[:, None], here, 0.0)
            pairs += (alpha[at - 1] * weight[:, None]).T @ here * step
            beta = np.where(on[:, None], here @ step.T, 1.0)
    total = float((np.log(np.maximum(scale, 1e-30)) * live.T).sum(axis=0) @ weight) + float(
        (top[index[live], 0] * np.repeat(weight, live.sum(axis=1))).sum()
    )
    return posterior, pairs, total


def train(
    data: Sequences,
    labels: int,
    allowed: Array,
    *,
    least: float = 2,
    start: Chain | None = None,
    epochs: int = 8,
    rate: float = 0.15,
    decay: float = 1.0,
    dropout: float = 0.0,
    fragile: Array | None = None,
    together: float = 0.0,
    batch: int = 4000,
    seed: int = 0,
    notice: Callable[[int, float], None] = lambda epoch, loss: None,
) -> Chain:
    """Train on ``data``; features seen fewer than ``least`` times are left out, unless ``start`` has them.

    ``allowed`` (labels × labels) tells which label may follow which. ``decay`` pulls weights towards those of
    ``start`` (or 0). Gives the mean of the weights after each epoch of the second half.
    """
    keys, counts = np.unique(data.features, return_counts=True)
    keys = keys[(counts >= least) & (keys > 0)]
    if start is not None:
        keys = np.union1d(keys, start.keys)
    weights = np.zeros((len(keys), labels), np.float32)
    transitions = np.where(allowed, 0.0, -60.0).astype(np.float32)
    if start is not None:
        weights[index_of(keys, start.keys)] = start.weights
        transitions = start.transitions.copy()
    origin = weights.copy()
    batches = _batches(data, keys, batch, np.zeros(data.features.shape[1], bool) if fragile is None else fragile)
    spread = np.zeros(len(keys), np.float32)
    for item in batches:
        spread[item.rows] += 1
    spread = decay / np.maximum(spread, 1)
    squares, step_squares = np.full_like(weights, 1e-2), np.full_like(transitions, 1e-2)
    mean, mean_step, taken = np.zeros_like(weights), np.zeros_like(transitions), 0
    random = np.random.default_rng(seed)
    for epoch in range(epochs):
        loss = 0.0
        for number in random.permutation(len(batches)):
            item = batches[number]
            own = weights[item.rows]
            matrix = _thinned(item, dropout, together, random)
            scores = matrix @ own
            posterior, pairs, total = _posteriors(scores, item.index, transitions, item.weight)
            size = np.repeat(item.weight, (item.index >= 0).sum(axis=1))
            right = scores[np.arange(len(scores)), item.labels]
            loss += total - float(right @ size)
            posterior[np.arange(len(scores)), item.labels] -= 1.0
            gradient = matrix.T @ (posterior * size[:, None])
            gradient += spread[item.rows][:, None] * (own - origin[item.rows])
            squares[item.rows] += gradient**2
            weights[item.rows] = own - rate * gradient / np.sqrt(squares[item.rows])
            before, after = item.index[:, :-1], item.index[:, 1:]
            both = after >= 0
            seen = np.zeros_like(pairs)
            pair_weight = np.broadcast_to(item.weight[:, None], both.shape)[both]
            np.add.at(seen, (item.labels[before[both]], item.labels[after[both]]), pair_weight)
            loss -= float((transitions * seen).sum())
            change = np.where(allowed, pairs - seen, 0.0)
            step_squares += change**2
            transitions = transitions - rate * change / np.sqrt(step_squares)
        notice(epoch, loss / len(data.labels))
        if epoch >= epochs // 2:
            mean += weights
            mean_step += transitions
            taken += 1
    return Chain(keys, mean / taken, mean_step / taken)


def _thinned(item: _Batch, dropout: float, together: float, random: np.random.Generator) -> csr_matrix:
    """The batch with each feature left out by chance, the others strengthened, and the fragile ones left out of whole
    sentences, so that no few features, and not the grammars alone, carry the answer."""
    if not dropout and not together:
        return item.matrix
    size = item.matrix.nnz
    values = (random.random(size, np.float32) >= dropout).astype(np.float32) / (1 - dropout)
    if together:
        gone = random.random(len(item.index)) < together
        values[item.fragile & gone[item.sentence]] = 0.0
    return csr_matrix((values, item.matrix.indices, item.matrix.indptr), shape=item.matrix.shape)


def pruned(chain: Chain, least: float) -> Chain:
    """The chain without the features whose weights are all nearer to 0 than ``least``."""
    keep = np.abs(chain.weights).max(axis=1) >= least
    return Chain(chain.keys[keep], chain.weights[keep], chain.transitions)


def sequences(parts: Iterable[tuple[Array, Array, Sequence[int], float]]) -> Sequences:
    """Put (features, labels, sentence lengths, weight) of several texts together."""
    parts = list(parts)
    return Sequences(
        np.concatenate([p[0] for p in parts]),
        np.concatenate([p[1] for p in parts]),
        np.concatenate([np.asarray(p[2]) for p in parts]),
        np.concatenate([np.full(len(p[2]), p[3]) for p in parts]),
    )
