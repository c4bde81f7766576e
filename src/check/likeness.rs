//! What makes two texts differ that say the same: escapes, blanks, or how letters and their marks are written.

use crate::character_reference;

/// What alone makes two texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// One is escaped as HTML is: `&amp;` for `&`.
    Escaped,
    /// Blanks, at the ends or between words.
    Blanks,
    /// One has letters and their marks as one character, the other one behind the other (Unicode normal forms).
    Marks,
}

impl Likeness {
    /// What alone makes two texts differ; `None` where they say something else.
    pub(crate) fn of(one: &str, other: &str) -> Option<Self> {
        if one == other {
            return None;
        }
        if one.split_whitespace().eq(other.split_whitespace()) {
            return Some(Self::Blanks);
        }
        if unescaped(one).eq(other.chars()) || unescaped(other).eq(one.chars()) {
            return Some(Self::Escaped);
        }
        let is_decomposed = has_marks_apart(one, other) || has_marks_apart(other, one);
        is_decomposed.then_some(Self::Marks)
    }
}

/// The characters that a text stands for where it is escaped.
fn unescaped(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let reference = character_reference::at_start(rest);
        let (found, length) = reference.unwrap_or((first, first.len_utf8()));
        rest = &rest[length..];
        Some(found)
    })
}

/// Whether one text is the other but for letters that stand before their marks where the other has one character; which
/// letter is in that is not looked at.
fn has_marks_apart(apart: &str, whole: &str) -> bool {
    let mut apart = apart.chars().peekable();
    let is_alike = whole.chars().all(|character| {
        let Some(letter) = apart.next() else {
            return false;
        };
        let mut marks = 0;
        while letter != character && apart.next_if(|next| is_mark(*next)).is_some() {
            marks += 1;
        }
        letter == character || marks > 0 && !character.is_ascii()
    });
    is_alike && apart.next().is_none()
}

/// Whether a character is a mark on the one before it: a combining diacritical mark.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_say_the_same_are_told_from_others() {
        for (one, other, expected) in [
            ("a&amp;b", "a&b", Some(Likeness::Escaped)),
            ("&lt;i&#62;", "<i>", Some(Likeness::Escaped)),
            ("&amp;amp;", "&amp;", Some(Likeness::Escaped)),
            ("a&amp;c", "a&b", None),
            (" a  b\n", "a b", Some(Likeness::Blanks)),
            ("ab", "a b", None),
            ("u\u{308}ber", "\u{fc}ber", Some(Likeness::Marks)),
            ("o\u{302}\u{301}", "\u{1ed1}", Some(Likeness::Marks)),
            ("u\u{308}be", "\u{fc}ber", None),
            ("u\u{308}bers", "\u{fc}ber", None),
            ("uber", "\u{fc}ber", None),
            ("u\u{308}ber", "uber", None),
            ("", "a", None),
            ("a", "a", None),
        ] {
            assert_eq!(Likeness::of(one, other), expected, "{one} {other}");
            assert_eq!(Likeness::of(other, one), expected, "{other} {one}");
        }
    }
}
