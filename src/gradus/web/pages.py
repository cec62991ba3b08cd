"""Pages from templates, with everything that all of them show."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from gradus.render.markup import to_html
from gradus.render.pages import environment
from gradus.web import asking, static

if TYPE_CHECKING:
    from jinja2 import Environment

    from gradus.web.access import Visit


@cache
def _environment() -> Environment:
    made = environment("gradus.web")
    made.filters["markdown"] = lru_cache(maxsize=4096)(to_html)  # the same prompts are shown again and again
    made.filters["time"] = _time
    made.filters["duration"] = duration
    made.filters["words"] = lambda name: str(name).replace("_", " ")
    made.filters["label"] = _label
    made.filters["sentence"] = _sentence
    made.filters["layout"] = _layout
    made.filters["inline"] = lru_cache(maxsize=4096)(_inline)
    made.filters["prompt"] = asking.prompt
    made.globals["static"] = static.address
    return made


def _sentence(text: object) -> str:
    """Return a text that begins with a capital; names and formulas in it stay as they are."""
    return f"{text!s:.1}".upper() + str(text)[1:]


def _label(part: object) -> str:
    """Return the name of a part as a heading; numerals such as iv stay small."""
    words = str(part).replace("_", " ")
    return words if len(words) < 4 else _sentence(words)


def _inline(text: str) -> str:
    """Return Markdown as HTML that may stand in a line: paragraphs become lines."""
    from markupsafe import Markup

    html = to_html(text).strip().removeprefix("<p>").removesuffix("</p>")
    return Markup(html.replace("</p>\n<p>", "<br>"))  # noqa: S704 - what `to_html` makes is escaped


def _layout(text: object) -> str:
    """Return the attribute of a text whose lines must not be broken, as those of a program; of others nothing."""
    from markupsafe import Markup

    return Markup(' class="code"') if any(line.startswith("    ") for line in str(text).splitlines()) else ""


def _time(moment: datetime | None) -> str:
    """Return a moment as people write it; a script puts it into the reader's own time zone."""
    from markupsafe import Markup

    if moment is None:
        return "–"
    shown = f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), shown)


def duration(seconds: float) -> str:
    """Return a span of time in words.

    >>> duration(5400), duration(61), duration(0)
    ('1 h 30 min', '1 min', '0 min')
    """
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def show(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page; forms on it find their token in `csrf`."""
    room = visit.room
    text = render(
        template,
        exam=room.exam,
        visitor=visit.visitor,
        csrf=room.csrf(visit.visitor),
        practice=room.practice,
        path=visit.request.url.path,
        **values,
    )
    return HTMLResponse(text, status)


def render(template: str, **values: Any) -> str:
    """Return a template's text."""
    return _environment().get_template(template).render(**values)
