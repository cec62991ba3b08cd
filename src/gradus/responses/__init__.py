"""Files of responses: read line by line, so that a broken line costs only itself."""

from gradus.responses.nouns import Response
from gradus.responses.reading import read

__all__ = ["Response", "read"]
