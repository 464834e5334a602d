"""Shapes of an SVG picture: boxes, texts, arrows, in one style."""

from __future__ import annotations

from html import escape

TITLE, BODY, SMALL = 14, 12, 11
"""Sizes of texts, px."""
LINE = 16
"""Height of a line of text, px."""

INK, SOFT, BLUE, RED, PAPER, TINT = (
    "#1d1b20", "#5f5b66", "#1f4e8c", "#b3261e", "#ffffff", "#f4f6fa",
)  # fmt: skip
_FONTS = {
    False: "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
    True: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
}


def text_width(text: str, size: int, mono: bool = False) -> float:
    """About how wide a text is, px; on the safe side."""
    return len(text) * size * (0.61 if mono else 0.56)


class Canvas:
    """Collects the elements of a picture."""

    def __init__(self) -> None:
        self._elements: list[str] = []

    def box(
        self, x: float, y: float, width: float, height: float,
        stroke: str = BLUE, fill: str = PAPER, dashed: bool = False,
    ) -> None:  # fmt: skip
        """A rounded rectangle."""
        dash = ' stroke-dasharray="5 3"' if dashed else ""
        self._elements.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="8" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dash}/>'
        )

    def text(
        self, x: float, y: float, text: str, size: int = BODY,
        fill: str = INK, anchor: str = "start", bold: bool = False, mono: bool = False,
    ) -> None:  # fmt: skip
        """A line of text; `y` is its base line."""
        weight = ' font-weight="600"' if bold else ""
        self._elements.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{anchor}" font-family="{_FONTS[mono]}"{weight} '
            f'xml:space="preserve">{escape(text)}</text>'
        )

    def path(
        self, points: str, stroke: str = SOFT, arrow: bool = False, dashed: bool = False
    ) -> None:
        """A line along SVG path commands."""
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        head = ' marker-end="url(#arrow)"' if arrow else ""
        self._elements.append(
            f'<path d="{points}" fill="none" stroke="{stroke}" stroke-width="1.5"{dash}{head}/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = INK) -> None:
        """A circle around a point."""
        self._elements.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="1.5"/>'
        )

    def document(self, width: float, height: float, title: str) -> str:
        """The whole picture."""
        marker = (
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" orient="auto-start-reverse"><path d="M0 0 8 4 0 8Z" fill="{SOFT}"/>'
            "</marker></defs>"
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
                f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
                f"<title>{escape(title)}</title>",
                marker,
                f'<rect width="100%" height="100%" fill="{PAPER}"/>',
                *self._elements,
                "</svg>",
            ]
        )
