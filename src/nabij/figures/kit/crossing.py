"""Do boxes and lines meet? On arrays, so that hundreds of places for a name are judged at once.

A box is left, top, right, bottom; a line is x and y of both ends. Arrays have shape (..., 4) and
broadcast against each other.
"""

from __future__ import annotations

import numpy as np


def boxes_meet(one: np.ndarray, other: np.ndarray, aside: float, above: float) -> np.ndarray:
    """Return which boxes overlap or are nearer than `aside` and `above`.

    >>> boxes_meet(np.array([[0, 0, 4, 2], [9, 0, 12, 2]]), np.array([3, 1, 6, 3]), 0.0, 0.0)
    array([ True, False])
    """
    return np.asarray(
        (one[..., 0] < other[..., 2] + aside)
        & (one[..., 2] > other[..., 0] - aside)
        & (one[..., 1] < other[..., 3] + above)
        & (one[..., 3] > other[..., 1] - above)
    )


def lines_meet_boxes(lines: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return which lines pass through their box (Liang and Barsky 1984).

    >>> lines_meet_boxes(np.array([[0, 0, 9, 9], [0, 0, 9, 0]]), np.array([4, 3, 6, 8]))
    array([ True, False])
    """
    enter, leave = np.zeros(()), np.ones(())
    for axis in (0, 1):
        start, along = lines[..., axis], lines[..., axis + 2] - lines[..., axis]
        flat = np.abs(along) < 1e-9
        step = np.where(flat, 1.0, along)
        first = (boxes[..., axis] - start) / step
        last = (boxes[..., axis + 2] - start) / step
        beside = flat & ((start <= boxes[..., axis]) | (start >= boxes[..., axis + 2]))
        enter = np.maximum(enter, np.where(flat, 0.0, np.minimum(first, last)))
        leave = np.minimum(leave, np.where(flat, 1.0, np.maximum(first, last)))
        leave = np.where(beside, -1.0, leave)
    return np.asarray(enter < leave)


def lines_cross(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return which lines cross.

    >>> lines_cross(np.array([[0, 0, 9, 9], [0, 0, 1, 1]]), np.array([0, 9, 9, 0]))
    array([ True, False])
    """

    def sides(line: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Return whether the ends of `points` are on two sides of `line`."""
        across, up = line[..., 2] - line[..., 0], line[..., 3] - line[..., 1]
        first, last = (
            across * (points[..., at + 1] - line[..., 1]) - up * (points[..., at] - line[..., 0])
            for at in (0, 2)
        )
        return np.asarray(first * last < 0)

    return sides(one, other) & sides(other, one)


def distance_to_lines(lines: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance of each point (columns) to each line (rows)."""
    start, along = lines[:, None, :2], lines[:, None, 2:] - lines[:, None, :2]
    points = np.stack([x, y], axis=-1)[None]
    length = np.maximum((along**2).sum(-1), 1e-12)
    part = np.clip(((points - start) * along).sum(-1) / length, 0, 1)
    return np.asarray(np.hypot(*np.moveaxis(start + part[..., None] * along - points, -1, 0)))
