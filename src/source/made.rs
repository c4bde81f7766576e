//! Texts that are made of another: what stands where in the text that somebody wrote.

use std::sync::Arc;

use crate::source::{Pos, Source, Span};

/// A text of which others are made, with the places of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    source: Source,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A part of a made text, and the part of the original that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the made text.
    pub made: Span,
    /// What it stands for; where both are of one length, byte for byte.
    pub original: Span,
}

/// How a made text lies over its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    original: Arc<Original>,
    /// Sorted by where they begin in the made text; where pieces overlap, the later one holds.
    pieces: Vec<Piece>,
}

impl Original {
    /// Takes a text that somebody wrote.
    #[must_use]
    pub fn new(source: Source) -> Arc<Self> {
        let ends = source.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = [0].into_iter().chain(ends).collect();
        Arc::new(Self { source, lines })
    }

    /// The text itself.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// As [`Source::pos`], without a walk through all the text before it.
    pub(super) fn pos(&self, offset: usize) -> Pos {
        if self.source.made.is_some() {
            return self.source.pos(offset);
        }
        let offset = self.source.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line.saturating_sub(1)];
        Pos {
            line,
            column: self.source.text[start..offset].chars().count() + 1,
        }
    }
}

impl Made {
    pub(super) fn new(original: Arc<Original>, mut pieces: Vec<Piece>) -> Self {
        pieces.sort_by_key(|piece| piece.made.start);
        Self { original, pieces }
    }

    pub(super) fn original(&self) -> &Original {
        &self.original
    }

    /// What a span of the made text stands for; what no piece holds stands for the end of the piece before it.
    pub(super) fn lying_under(&self, span: Span) -> Span {
        let Some(piece) = self.piece_at(span.start) else {
            return Span::default();
        };
        if span.start >= piece.made.end && !piece.made.range().is_empty() {
            let end = piece.original.end;
            return Span { start: end, end };
        }
        let start = if piece.is_exact() {
            piece.original.start + (span.start - piece.made.start)
        } else {
            piece.original.start
        };
        // What begins where the span ends is not part of it.
        let last = span.end.saturating_sub(1).max(span.start);
        let end = match self.piece_at(last) {
            Some(last) if last.is_exact() => {
                let behind = span.end.saturating_sub(last.made.start);
                last.original.start + behind.min(last.original.range().len())
            }
            Some(last) => last.original.end,
            None => start,
        };
        Span {
            start,
            end: if end < start { piece.original.end } else { end },
        }
    }

    fn piece_at(&self, offset: usize) -> Option<&Piece> {
        let behind = self
            .pieces
            .partition_point(|piece| piece.made.start <= offset);
        self.pieces.get(behind.checked_sub(1)?)
    }
}

impl Piece {
    fn is_exact(&self) -> bool {
        self.made.range().len() == self.original.range().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// `c: d` and `a` out of a text that says both elsewhere.
    fn made() -> Source {
        let original = Original::new(Source::new("a.html", "<p>\n<b>¥a</b>\n<i>c</i><i>d</i>\n"));
        let pieces = vec![
            Piece {
                made: span(5, 6),
                original: span(9, 10),
            },
            Piece {
                made: span(0, 4),
                original: span(18, 27),
            },
        ];
        Source::made("c: d\na\n", &original, pieces)
    }

    #[test]
    fn places_of_a_made_text_are_those_of_its_original() {
        let made = made();
        assert_eq!(made.locate(5), "a.html:2:5");
        assert_eq!(made.locate(0), "a.html:3:4");
        assert_eq!(made.locate(2), "a.html:3:4", "a piece of another length");
        assert_eq!(made.locate(6), "a.html:2:6");
        assert_eq!(made.locate(99), "a.html:2:6");
        assert_eq!(&made.text[5..6], "a");
    }

    #[test]
    fn excerpts_of_a_made_text_show_the_line_of_its_original() {
        let made = made();
        assert_eq!(
            made.excerpt(span(5, 6)).to_string(),
            "  2 | <b>¥a</b>\n    |     ^"
        );
        assert_eq!(
            made.excerpt(span(0, 1)).to_string(),
            "  3 | <i>c</i><i>d</i>\n    |    ^^^^^^^^^"
        );
    }

    #[test]
    fn a_text_made_of_nothing_stands_for_its_begin() {
        let original = Original::new(Source::new("a", "x\ny"));
        let made = Source::made("z", &original, Vec::new());
        assert_eq!(made.locate(1), "a:1:1");
        assert_eq!(original.pos(3), Pos { line: 2, column: 2 });
    }
}
