//! What the names of elements mean for where a line of text ends and what it is.

/// What an element does to the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
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

const KINDS: [(&str, TagKind); 56] = [
    ("a", TagKind::Link),
    ("address", TagKind::Break),
    ("article", TagKind::Part),
    ("aside", TagKind::Hidden),
    ("blockquote", TagKind::Part),
    ("br", TagKind::Break),
    ("button", TagKind::Hidden),
    ("caption", TagKind::Break),
    ("center", TagKind::Break),
    ("dd", TagKind::Break),
    ("details", TagKind::Break),
    ("div", TagKind::Part),
    ("dl", TagKind::Break),
    ("dt", TagKind::Break),
    ("fieldset", TagKind::Break),
    ("figure", TagKind::Break),
    ("footer", TagKind::Hidden),
    ("form", TagKind::Break),
    ("frameset", TagKind::Break),
    ("h1", TagKind::Heading),
    ("h2", TagKind::Heading),
    ("h3", TagKind::Heading),
    ("h4", TagKind::Heading),
    ("h5", TagKind::Heading),
    ("h6", TagKind::Heading),
    ("header", TagKind::Break),
    ("hr", TagKind::Break),
    ("iframe", TagKind::Hidden),
    ("li", TagKind::Item),
    ("main", TagKind::Part),
    ("menu", TagKind::Part),
    ("nav", TagKind::Hidden),
    ("noembed", TagKind::Hidden),
    ("noscript", TagKind::Hidden),
    ("object", TagKind::Hidden),
    ("ol", TagKind::Part),
    ("p", TagKind::Break),
    ("pre", TagKind::Verbatim),
    ("script", TagKind::Hidden),
    ("section", TagKind::Part),
    ("select", TagKind::Hidden),
    ("style", TagKind::Hidden),
    ("summary", TagKind::Break),
    ("svg", TagKind::Hidden),
    ("table", TagKind::Table),
    ("tbody", TagKind::Break),
    ("td", TagKind::Cell),
    ("template", TagKind::Hidden),
    ("textarea", TagKind::Hidden),
    ("tfoot", TagKind::Break),
    ("th", TagKind::Cell),
    ("thead", TagKind::Break),
    ("title", TagKind::Hidden),
    ("tr", TagKind::Row),
    ("ul", TagKind::Part),
    ("video", TagKind::Hidden),
];

/// An element by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    name: usize,
    pub(super) kind: TagKind,
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
            || (self.kind == other.kind && matches!(self.kind, TagKind::Cell | TagKind::Heading))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(KINDS.is_sorted_by_key(|(name, _)| name));
        assert_eq!(Tag::of(b"td").map(|tag| tag.kind), Some(TagKind::Cell));
        assert_eq!(Tag::of(b"span"), None);
    }
}
