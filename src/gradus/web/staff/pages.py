"""All pages of the staff."""

from __future__ import annotations

from gradus.web.access import Page
from gradus.web.staff import (
    access,
    auditing,
    dashboard,
    exporting,
    marking,
    papers,
    progress,
    regrading,
    releasing,
    requests,
    roster,
    scheduling,
    statistics,
)

PAGES: tuple[Page, ...] = (
    *dashboard.PAGES,
    *auditing.PAGES,
    *roster.PAGES,
    *papers.PAGES,
    *scheduling.PAGES,
    *progress.PAGES,
    *marking.PAGES,
    *regrading.PAGES,
    *releasing.PAGES,
    *requests.PAGES,
    *statistics.PAGES,
    *exporting.PAGES,
    *access.PAGES,
)
