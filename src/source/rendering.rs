//! A text that was made out of another one, and where each part of it comes from.
//!
//! Pages are read as plain text. One that is published in another form is rendered first, and what is
//! said of it later still names the places of the file that somebody has.

use std::ops::Range;

use crate::source::{Original, Piece, Source, Span};

/// A text in the making, out of parts of another one.
#[derive(Debug, Default)]
pub(crate) struct Rendering {
    text: String,
    pieces: Vec<Part>,
}

/// What a part of the rendering was, up to the next part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    start: usize,
    from: Span,
}

impl Rendering {
    /// How long it is so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// What it says so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Takes a part of the original as it is.
    pub(crate) fn take(&mut self, original: &str, from: Span) {
        self.put(&original[from.range()], from);
    }

    /// Says a text where the original has something else, or nothing.
    pub(crate) fn put(&mut self, text: &str, from: Span) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        let is_same = |piece: &Part, end: usize| piece.from.range().len() == end - piece.start;
        match self.pieces.last_mut() {
            Some(last)
                if is_same(last, start)
                    && last.from.end == from.start
                    && from.range().len() == text.len() =>
            {
                last.from.end = from.end;
            }
            _ => self.pieces.push(Part { start, from }),
        }
        self.text.push_str(text);
    }

    /// Says a text behind a part of another rendering of the same original.
    pub(crate) fn say(&mut self, text: &str, other: &Self, behind: usize) {
        let last = behind.saturating_sub(1);
        let piece = other.pieces.partition_point(|piece| piece.start <= last);
        let piece = piece.saturating_sub(1);
        let at = other.pieces.get(piece).map_or(0, |found| {
            let is_same = found.from.range().len() == other.end_of(piece) - found.start;
            if is_same {
                found.from.start + (behind - found.start)
            } else {
                found.from.end
            }
        });
        self.put(text, Span { start: at, end: at });
    }

    /// Takes a part of another rendering of the same original.
    pub(crate) fn append(&mut self, other: &Self, part: Range<usize>) {
        let first = other
            .pieces
            .partition_point(|piece| piece.start <= part.start);
        let mut at = first.saturating_sub(1);
        while let Some(piece) = other.pieces.get(at).filter(|piece| piece.start < part.end) {
            let end = other.end_of(at);
            let cut = piece.start.max(part.start)..end.min(part.end);
            let mut from = piece.from;
            if from.range().len() == end - piece.start {
                from.start = piece.from.start + (cut.start - piece.start);
                from.end = from.start + cut.len();
            }
            self.put(&other.text[cut], from);
            at += 1;
        }
    }

    /// Where a piece ends in the rendering.
    fn end_of(&self, piece: usize) -> usize {
        let next = self.pieces.get(piece + 1);
        next.map_or(self.text.len(), |next| next.start)
    }
}

impl Source {
    /// The same text in another form.
    pub(crate) fn rendered(&self, rendering: &Rendering) -> Self {
        let pieces = rendering.pieces.iter().enumerate().map(|(at, part)| Piece {
            made: Span {
                start: part.start,
                end: rendering.end_of(at),
            },
            original: part.from,
        });
        let original = Original::new(self.clone());
        Self::made(&rendering.text, &original, pieces.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a < b` out of `<p>a &lt; b</p>`, then a line that nobody wrote.
    fn rendered() -> Source {
        let source = Source::new("a.html", "x\n<p>a &lt; b</p>\n");
        let mut rendering = Rendering::default();
        rendering.take(&source.text, Span { start: 5, end: 7 });
        rendering.put("<", Span { start: 7, end: 11 });
        rendering.take(&source.text, Span { start: 11, end: 12 });
        rendering.take(&source.text, Span { start: 12, end: 13 });
        rendering.put("\nTitle\n", Span { start: 13, end: 13 });
        source.rendered(&rendering)
    }

    #[test]
    fn places_are_those_of_the_original() {
        let source = rendered();
        assert_eq!(&*source.text, "a < b\nTitle\n");
        for (offset, place) in [
            (0, "2:4"),
            (2, "2:6"),
            (3, "2:10"),
            (4, "2:11"),
            (5, "2:12"),
            (9, "2:12"),
            (99, "2:12"),
        ] {
            assert_eq!(source.pos(offset).to_string(), place, "{offset}");
        }
    }

    #[test]
    fn what_is_marked_is_what_the_original_says() {
        let source = rendered();
        for (start, end, marked) in [
            (0, 5, "a &lt; b"),
            (2, 3, "&lt;"),
            (2, 4, "&lt; "),
            (0, 1, "a"),
            (4, 9, "b"),
            (3, 3, ""),
            (6, 9, ""),
        ] {
            let excerpt = source.excerpt(Span { start, end });
            assert_eq!(excerpt.marked, marked, "{start}..{end}");
            assert_eq!(excerpt.line(), "<p>a &lt; b</p>");
        }
    }

    #[test]
    fn a_part_of_a_rendering_keeps_its_places() {
        let text = "ab&amp;cd";
        let mut whole = Rendering::default();
        whole.take(text, Span { start: 0, end: 2 });
        whole.put("&", Span { start: 2, end: 7 });
        whole.take(text, Span { start: 7, end: 9 });
        let mut part = Rendering::default();
        part.append(&whole, 1..4);
        part.append(&whole, 4..5);
        let source = Source::new("a", text).rendered(&part);
        assert_eq!(&*source.text, "b&cd");
        let columns: Vec<usize> = (0..4).map(|at| source.pos(at).column).collect();
        assert_eq!(columns, [2, 3, 8, 9]);
    }

    #[test]
    fn a_rendering_of_nothing_has_places() {
        let source = Source::new("a", "<p></p>").rendered(&Rendering::default());
        assert_eq!(source.locate(0), "a:1:1");
        assert_eq!(source.excerpt(Span { start: 0, end: 3 }).line(), "<p></p>");
    }
}
