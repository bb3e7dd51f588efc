"""The engines that these tests run against."""

from tests.engines import oxigraph, virtuoso

__all__ = ["oxigraph", "virtuoso"]
