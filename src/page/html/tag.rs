//! What the names of elements mean for where a line of text ends and what it is.

/// What an element does to the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line of its own, whose end is not waited for: `p`, `br`.
    Break,
    /// A part of the page that has an end.
    Part,
    /// A heading.
    Heading,
    /// A way to somewhere else: `a`.
    Link,
    /// An item of a list, in a frame most often a way to somewhere else too.
    Item,
    /// Text as it stands.
    Verbatim,
    Table,
    Row,
    Cell,
    /// Nothing that a reader sees, or nothing of the page's own.
    Hidden,
}

const KINDS: [(&str, Kind); 56] = [
    ("a", Kind::Link),
    ("address", Kind::Break),
    ("article", Kind::Part),
    ("aside", Kind::Hidden),
    ("blockquote", Kind::Part),
    ("br", Kind::Break),
    ("button", Kind::Hidden),
    ("caption", Kind::Break),
    ("center", Kind::Break),
    ("dd", Kind::Break),
    ("details", Kind::Break),
    ("div", Kind::Part),
    ("dl", Kind::Break),
    ("dt", Kind::Break),
    ("fieldset", Kind::Break),
    ("figure", Kind::Break),
    ("footer", Kind::Hidden),
    ("form", Kind::Break),
    ("frameset", Kind::Break),
    ("h1", Kind::Heading),
    ("h2", Kind::Heading),
    ("h3", Kind::Heading),
    ("h4", Kind::Heading),
    ("h5", Kind::Heading),
    ("h6", Kind::Heading),
    ("header", Kind::Break),
    ("hr", Kind::Break),
    ("iframe", Kind::Hidden),
    ("li", Kind::Item),
    ("main", Kind::Part),
    ("menu", Kind::Part),
    ("nav", Kind::Hidden),
    ("noembed", Kind::Hidden),
    ("noscript", Kind::Hidden),
    ("object", Kind::Hidden),
    ("ol", Kind::Part),
    ("p", Kind::Break),
    ("pre", Kind::Verbatim),
    ("script", Kind::Hidden),
    ("section", Kind::Part),
    ("select", Kind::Hidden),
    ("style", Kind::Hidden),
    ("summary", Kind::Break),
    ("svg", Kind::Hidden),
    ("table", Kind::Table),
    ("tbody", Kind::Break),
    ("td", Kind::Cell),
    ("template", Kind::Hidden),
    ("textarea", Kind::Hidden),
    ("tfoot", Kind::Break),
    ("th", Kind::Cell),
    ("thead", Kind::Break),
    ("title", Kind::Hidden),
    ("tr", Kind::Row),
    ("ul", Kind::Part),
    ("video", Kind::Hidden),
];

/// An element by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    name: usize,
    pub(super) kind: Kind,
}

impl Tag {
    /// The element of a name in lower case, where it does anything.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let at = KINDS.binary_search_by(|(known, _)| known.as_bytes().cmp(name));
        at.ok().map(|name| Self {
            name,
            kind: KINDS[name].1,
        })
    }

    /// Whether it may end where it begins, in `/>`.
    pub(super) fn may_be_empty(self) -> bool {
        KINDS[self.name].0 == "svg"
    }

    /// Whether the end of the one is the end of the other.
    pub(super) fn ends(self, other: Self) -> bool {
        self == other
            || (self.kind == other.kind && matches!(self.kind, Kind::Cell | Kind::Heading))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(KINDS.is_sorted_by_key(|(name, _)| name));
        assert_eq!(Tag::of(b"td").map(|tag| tag.kind), Some(Kind::Cell));
        assert_eq!(Tag::of(b"span"), None);
    }
}
