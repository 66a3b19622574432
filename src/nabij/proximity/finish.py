"""From points to places and back: who is where, with what weight, and what each target gets.

Plain Python that `nabij.proximity.compiled` compiles.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations


def mark_targets(rows, first, targets, begin, end, target):
    """Mark the places where at own_weight one target is; rows below `targets` are targets."""
    for u in range(begin, end):
        found = False
        for s in range(first[u], first[u + 1]):
            found = found or rows[s] < targets
        target[u] = found


def add_weights(rows, first, offset, weights, begin, end, weight):
    """Fill the weight of every place: of its sources, rows from `offset` on; 1 each if none."""
    for u in range(begin, end):
        for v in range(weight.shape[0]):
            total = 0.0
            for s in range(first[u], first[u + 1]):
                j = rows[s] - offset
                if j >= 0:
                    total += 1.0 if weights.shape[0] == 0 else weights[v, j]
            weight[v, u] = total


def weight_of_others(rows, first, u, offset, weights, v, itself):
    """Return the weight of the sources of one place, but for one of them."""
    total = 0.0
    for s in range(first[u], first[u + 1]):
        j = rows[s] - offset
        if j >= 0 and j != itself:
            total += 1.0 if weights.shape[0] == 0 else weights[v, j]
    return total


def hand_out(
    rows, first, targets, offset, own, weights, weight, nearest, values, begin, end, vector, out
):
    """Give every target the sum of its place and add the others at the same place.

    Fills ``out[power - 1, vector + v, target]`` from ``values[v * powers + power - 1, place]``.
    """
    powers = out.shape[0]
    for u in range(begin, end):
        for s in range(first[u], first[u + 1]):
            i = rows[s]
            if i < targets:
                itself = i if offset == 0 else -1
                if own.shape[0] > 0:
                    itself = own[i]
                for v in range(weight.shape[0]):
                    term = weight[v, u]
                    if itself >= 0:
                        own_weight = 1.0 if weights.shape[0] == 0 else weights[v, itself]
                        if 2 * own_weight > term > own_weight:
                            # Taking away the larger part would lose digits of the smaller.
                            term = weight_of_others(rows, first, u, offset, weights, v, itself)
                        else:
                            term = max(term - own_weight, 0.0)
                    for q in range(powers):
                        term *= nearest
                        out[q, vector + v, i] = values[v * powers + q, u] + term
