"""Programs compiled by these tests are kept in a folder of their own, so that no test depends on an earlier run."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADUS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
