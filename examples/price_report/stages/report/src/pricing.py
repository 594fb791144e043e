"""Sums of money, in whole cents, with the rounding of a cash register."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Mapping, Sequence


def to_cents(amount: Decimal) -> int:
    """Return ``amount``, in whole currency units, as cents; half a cent is rounded up."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax_rate(category: str, rates: Mapping[str, Any]) -> Decimal:
    """Return the rate of ``category`` as a fraction."""
    return _percent(rates.get(category, rates["default"]))


def discount_rate(pieces: int, discounts: Sequence[Mapping[str, Any]]) -> Decimal:
    """Return the best discount that ``pieces`` are enough for, as a fraction."""
    return max(
        (_percent(discount["percent"]) for discount in discounts if pieces >= discount["pieces"]),
        default=Decimal(0),
    )


def _percent(value: Any) -> Decimal:
    # Through str: Decimal(7.1) would keep the error of the binary fraction.
    return Decimal(str(value)) / 100
