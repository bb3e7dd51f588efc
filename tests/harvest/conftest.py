"""The engines that these tests run against."""

from tests.engines import oxigraph

__all__ = ["oxigraph"]
