//! Texts that hold parts of other sources behind their own.

use std::sync::Arc;

use crate::source::{Source, Span};

/// A part of another source, and where it stands in the text that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    at: Span,
    source: Source,
    part: Span,
}

/// A text to which parts of other sources are added: places in them are shown as those in their own.
pub(crate) struct Joining<'a> {
    source: &'a Source,
    behind: String,
    added: Vec<Added>,
}

impl<'a> Joining<'a> {
    /// A text without any additions yet but for those that it has.
    pub(crate) fn new(source: &'a Source) -> Self {
        Self {
            source,
            behind: String::new(),
            added: source
                .added
                .iter()
                .flat_map(|all| all.iter().cloned())
                .collect(),
        }
    }

    /// Adds a part of another source; gives its place in the joined text.
    pub(crate) fn add(&mut self, source: &Source, part: Span) -> Span {
        self.behind.push('\n');
        let start = self.source.text.len() + self.behind.len();
        self.behind.push_str(source.slice(part));
        let at = Span {
            start,
            end: self.source.text.len() + self.behind.len(),
        };
        self.added.push(Added {
            at,
            source: source.clone(),
            part,
        });
        at
    }

    /// The joined text.
    pub(crate) fn joined(self) -> Source {
        if self.behind.is_empty() {
            return self.source.clone();
        }
        Source {
            text: format!("{}{}", self.source.text, self.behind).into(),
            added: Some(Arc::new(self.added)),
            ..self.source.clone()
        }
    }
}

impl Source {
    /// The source that a part of a joined text is of, and its place there; `None` for what is its own.
    pub(super) fn elsewhere(&self, span: Span) -> Option<(&Self, Span)> {
        let added = self.added.as_deref()?;
        let behind = added.partition_point(|one| one.at.start <= span.start);
        let one = added.get(behind.checked_sub(1)?)?;
        let start = one.part.start + (span.start - one.at.start);
        let end = (one.part.start + span.end.saturating_sub(one.at.start)).max(start);
        let end = end.min(one.part.end.max(start));
        Some((&one.source, Span { start, end }))
    }

    /// The name of the file that a place is in.
    #[must_use]
    pub fn file_at(&self, offset: usize) -> &str {
        let span = Span {
            start: offset,
            end: offset,
        };
        match self.elsewhere(span) {
            Some((source, span)) => source.file_at(span.start),
            None => &self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_another_source_is_shown_where_it_stands() {
        let [one, other, third] = [("a", "x\ny"), ("b", "u\n  vw\n"), ("c", "\n\nz")]
            .map(|(name, text)| Source::new(name, text));
        let mut joining = Joining::new(&one);
        let part = joining.add(&other, Span { start: 4, end: 6 });
        let joined = joining.joined();
        let mut joining = Joining::new(&joined);
        let last = joining.add(&third, Span { start: 2, end: 3 });
        let joined = joining.joined();
        assert_eq!([joined.slice(part), joined.slice(last)], ["vw", "z"]);
        let located = [2, part.start, part.start + 1, last.start].map(|at| joined.locate(at));
        assert_eq!(located, ["a:2:1", "b:2:3", "b:2:4", "c:3:1"]);
        assert_eq!(joined.file_at(part.start), "b");
        assert_eq!(joined.excerpt(part).line(), "  vw");
        assert_eq!(joined.excerpt(part).marked, "vw");
    }
}
