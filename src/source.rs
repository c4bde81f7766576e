//! A text with a name, and places in it.
//!
//! Everything that is promised or refused points back to a place in a page, so places are values of
//! their own: a [`Span`] is what the stages hand on, a [`Pos`] is what a reader sees.

mod excerpt;
mod joined;
mod made;
mod rendering;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use excerpt::Excerpt;
pub(crate) use joined::Joining;
pub use made::{Original, Piece};
pub(crate) use rendering::Rendering;

use joined::Added;
use made::Made;

/// A text and the name under which it is shown, such as `pages/get-crm-contact-contactid.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name shown in messages: a path, relative where the text is compiled in.
    pub name: Arc<str>,
    /// The whole text, LF or CRLF.
    pub text: Arc<str>,
    /// Of what it is made, where nobody wrote it as it stands: places are then those of the original.
    made: Option<Arc<Made>>,
    /// The parts of other sources that stand behind its own text.
    added: Option<Arc<Vec<Added>>>,
}

/// A place in a text as a reader counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
}

/// Byte offsets into [`Source::text`], end exclusive, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The same place as a range, for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl Source {
    /// Names a text.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            made: None,
            added: None,
        }
    }

    /// A text that is made of another, such as a page of HTML as plain text: it has the name of its
    /// original, and its places are shown as those that they stand for.
    #[must_use]
    pub fn made(text: &str, original: &Arc<Original>, pieces: Vec<Piece>) -> Self {
        Self {
            name: original.source().name.clone(),
            text: text.into(),
            made: Some(Arc::new(Made::new(original.clone(), pieces))),
            added: None,
        }
    }

    /// Where a byte offset is; an offset past the end is the end.
    ///
    /// ```
    /// # use portal_conformance::source::Source;
    /// let page = Source::new("contact.txt", "GET api\n\nDescription\n");
    /// assert_eq!(page.pos(9).to_string(), "3:1");
    /// ```
    #[must_use]
    pub fn pos(&self, offset: usize) -> Pos {
        let span = Span {
            start: offset,
            end: offset,
        };
        if let Some((source, span)) = self.elsewhere(span) {
            return source.pos(span.start);
        }
        if let Some(made) = &self.made {
            return made.original().pos(made.lying_under(span).start);
        }
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Pos {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// Where a place of a made text stands in the one that it was made of; `None` where nobody made it.
    pub(crate) fn in_original(&self, offset: usize) -> Option<usize> {
        let span = Span {
            start: offset,
            end: offset,
        };
        if self.elsewhere(span).is_some() {
            return None;
        }
        let made = self.made.as_ref()?;
        Some(made.lying_under(span).start)
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The whole line (without its end) that holds a byte offset.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> &str {
        let offset = self.text.floor_char_boundary(offset);
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[offset..]
            .find('\n')
            .map_or(self.text.len(), |at| offset + at);
        self.text[start..end].trim_end_matches('\r')
    }

    /// The place of a slice of this very text.
    ///
    /// A parser that borrows from the text hands back slices; their address tells where they are.
    #[must_use]
    pub fn span_of(&self, part: &str) -> Span {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = start.min(self.text.len());
        Span {
            start,
            end: (start + part.len()).min(self.text.len()),
        }
    }

    /// `name:line:column` of a byte offset.
    #[must_use]
    pub fn locate(&self, offset: usize) -> String {
        format!("{}:{}", self.file_at(offset), self.pos(offset))
    }
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = Source::new("a", "¥¥x");
        assert_eq!(source.pos(4), Pos { line: 1, column: 3 });
    }

    #[test]
    fn an_offset_inside_a_character_is_its_start() {
        let source = Source::new("a", "¥");
        assert_eq!(source.pos(1), Pos { line: 1, column: 1 });
        assert_eq!(source.line_at(1), "¥");
    }

    #[test]
    fn the_end_of_a_text_is_a_place() {
        let source = Source::new("a", "x\n");
        assert_eq!(source.pos(99), Pos { line: 2, column: 1 });
        assert_eq!(source.line_at(2), "");
    }

    #[test]
    fn a_borrowed_part_is_found_again() {
        let source = Source::new("a", "one two");
        let part = &source.text[4..];
        assert_eq!(source.span_of(part), Span { start: 4, end: 7 });
    }
}
