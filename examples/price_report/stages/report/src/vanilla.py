"""Writes one row for each category of the price list, with what its products cost."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from operator import attrgetter
from statistics import median
from typing import Any, Mapping, NamedTuple

import yaml
from pricing import discount_rate, tax_rate, to_cents
from ytjobs.config import get_config_path
from ytjobs.logging.logger import get_logger


class Product(NamedTuple):
    name: str
    net_price: Decimal
    pieces: int


def read_products(path: str) -> dict[str, list[Product]]:
    """Return the products of the price list by category."""
    products = defaultdict(list)
    # A relative path starts at the sandbox root, where the archive has been extracted.
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = Product(row["name"], Decimal(row["net_price"]), int(row["stock"]))
            products[row["category"]].append(product)
    return products


def asked_price(product: Product, settings: Mapping[str, Any]) -> Decimal:
    """Return the net price of a piece to a buyer of all there are."""
    return product.net_price * (1 - discount_rate(product.pieces, settings["discounts"]))


def summarize(
    category: str, products: list[Product], settings: Mapping[str, Any]
) -> dict[str, Any]:
    by_price = sorted(products, key=attrgetter("net_price"))
    median_price = median(product.net_price for product in products)
    stock_value = sum(
        (asked_price(product, settings) * product.pieces for product in products), Decimal(0)
    )
    return {
        "category": category,
        "products": len(products),
        "cheapest": by_price[0].name,
        "dearest": by_price[-1].name,
        "median_gross_cents": to_cents(median_price * (1 + tax_rate(category, settings["tax"]))),
        "stock_net_cents": to_cents(stock_value),
        "currency": settings["currency"],
    }


def main() -> None:
    config_path = get_config_path()
    with open(config_path, encoding="utf-8") as file:
        settings = yaml.safe_load(file)["report"]
    products = read_products(settings["prices"])
    get_logger("report").info("%d categories, settings from %s", len(products), config_path)
    for category in sorted(products):
        print(json.dumps(summarize(category, products[category], settings)))


if __name__ == "__main__":
    main()
