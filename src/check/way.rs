//! The way from the root of a body to a value in it.

use crate::pointer::below;

/// A way to a value; a pointer is made of it only where something is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way<'a> {
    /// To the root.
    Root,
    /// On into a member.
    Member(&'a Way<'a>, &'a str),
    /// On into an item of a list.
    Item(&'a Way<'a>, usize),
}

impl Way<'_> {
    /// The JSON Pointer (RFC 6901) that leads there.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(before, name) => below(&before.pointer(), name),
            Self::Item(before, at) => below(&before.pointer(), &at.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_shown_as_a_pointer() {
        let way = Way::Root;
        assert_eq!(way.pointer(), "");
        let way = &Way::Member(&way, "a/b");
        assert_eq!(Way::Item(way, 31).pointer(), "/a~1b/31");
    }
}
