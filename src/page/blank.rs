//! Signs that show nothing: blanks that do not break, signs without width, ends of pages, ends of lines of old
//! systems.
//!
//! Texts that are copied from browsers and word processors hold them in the places of blanks; what is made of
//! a text has blanks and lines there, with places in the text.

use crate::source::{Rendering, Source, Span};

/// What stands in the place of a blank.
const BLANKS: [char; 3] = ['\u{a0}', '\u{2007}', '\u{202f}'];
/// What has no width.
const NOTHING: [char; 3] = ['\u{200b}', '\u{2060}', '\u{feff}'];
/// Marks of the direction of writing, which are data within a line.
const DIRECTIONS: [char; 3] = ['\u{200e}', '\u{200f}', '\u{61c}'];
/// Where a printer begins a new page: the end of a line, where that is not there.
const NEW_PAGE: char = '\u{c}';

/// The same text with blanks alone; the text itself where it has nothing else.
pub(super) fn plain(source: Source) -> Source {
    let text = &source.text;
    let ends_in_returns = text.contains('\r') && !text.contains('\n');
    let is_odd = |c: char| {
        BLANKS.contains(&c)
            || NOTHING.contains(&c)
            || DIRECTIONS.contains(&c)
            || c == NEW_PAGE
            || (ends_in_returns && c == '\r')
    };
    if !text.contains(is_odd) {
        return source;
    }
    let mut out = Rendering::default();
    let mut start = 0;
    for (at, odd) in text.match_indices(is_odd) {
        let behind = text[at..].trim_start_matches(DIRECTIONS);
        let is_at_end = behind.is_empty() || behind.starts_with(['\n', '\r']);
        if odd.starts_with(DIRECTIONS) && !is_at_end {
            continue;
        }
        out.take(text, Span { start, end: at });
        start = at + odd.len();
        let from = Span {
            start: at,
            end: start,
        };
        let is_new_page =
            odd.starts_with(NEW_PAGE) && !text[..at].ends_with(['\n', '\r', NEW_PAGE]);
        if odd == "\r" || is_new_page && at > 0 {
            out.put("\n", from);
        } else if odd.starts_with(BLANKS) {
            out.put(" ", from);
        }
    }
    let end = text.len();
    out.take(text, Span { start, end });
    source.rendered(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_show_nothing_are_blanks_with_their_places() {
        for (text, expected) in [
            ("GET\u{a0}x\n{\u{202f}}", "GET x\n{ }"),
            ("\u{feff}GET x\u{200b}", "GET x"),
            ("GET x\u{200e}\n\u{200e}\u{200f}\nX", "GET x\n\nX"),
            ("\u{5d0}\u{200e}1\n", "\u{5d0}\u{200e}1\n"),
            ("GET x\rReturns\r", "GET x\nReturns\n"),
            ("GET x\r\nReturns", "GET x\r\nReturns"),
            (
                "\u{c}GET x\n\u{c}\u{c}Returns\u{c}X\u{c}",
                "GET x\nReturns\nX\n",
            ),
            ("", ""),
        ] {
            assert_eq!(&*plain(Source::new("a", text)).text, expected, "{text}");
        }
        let source = plain(Source::new("a", "GET x\n\u{a0}\u{200b}Returns"));
        assert_eq!(source.locate(7), "a:2:3");
    }
}
