//! One line of a text with a place in it marked, as every message and report shows it.

use std::fmt;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::source::{Source, Span};

/// The longest line that is shown, in columns.
const MAX_WIDTH: usize = 100;
/// The shortest to which one is cut.
const MIN_WIDTH: usize = 24;
/// More bytes than any text has that is so wide, but for texts of marks that take no column.
const MAX_BYTES: usize = 2000;
/// How much of a longer line is shown before what is marked.
const LEAD: usize = 20;
/// Stands where a line is cut.
const CUT: char = '…';

/// The line in which a span begins, in three parts: what stands before the span, the span up to the end
/// of the line, and what stands after it. Tabs and control characters are blanks, and a line that is too
/// long is cut around the span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// 1-based line.
    pub number: usize,
    /// What stands before the span.
    pub before: String,
    /// The span, as far as it is on this line.
    pub marked: String,
    /// What stands after it.
    pub after: String,
}

impl Source {
    /// The line in which a span begins, the span marked.
    ///
    /// ```
    /// # use portal_conformance::source::{Source, Span};
    /// let page = Source::new("contact.txt", "GET api\n\nDescripton\n");
    /// assert_eq!(
    ///     page.excerpt(Span { start: 9, end: 19 }).to_string(),
    ///     "  3 | Descripton\n    | ^^^^^^^^^^"
    /// );
    /// ```
    #[must_use]
    pub fn excerpt(&self, span: Span) -> Excerpt {
        if let Some((source, span)) = self.elsewhere(span) {
            return source.excerpt(span);
        }
        let Some(made) = &self.made else {
            return self.excerpt_in_line(span, self.pos(span.start).line);
        };
        let span = made.lying_under(span);
        let original = made.original();
        if original.source().made.is_some() {
            return original.source().excerpt(span);
        }
        let number = original.pos(span.start).line;
        original.source().excerpt_in_line(span, number)
    }

    /// The same, of a text that nobody made, where the number of the line is known.
    fn excerpt_in_line(&self, span: Span, number: usize) -> Excerpt {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end.max(span.start));
        let line = self.line_at(start);
        let at = (start - self.span_of(line).start).min(line.len());
        let (before, rest) = line.split_at(at);
        let marked = self.text[start..end].lines().next().unwrap_or_default();
        let (marked, after) = rest.split_at(marked.len().min(rest.len()));
        // A page may be a single line, of which little is shown: the rest is not even measured.
        let before = &before[before.ceil_char_boundary(before.len().saturating_sub(MAX_BYTES))..];
        let [marked, after] =
            [marked, after].map(|text| &text[..text.floor_char_boundary(MAX_BYTES)]);
        let mut excerpt = Excerpt {
            number,
            before: blanked(before),
            marked: blanked(marked),
            after: blanked(after),
        };
        excerpt.cut(MAX_WIDTH);
        excerpt
    }
}

impl Excerpt {
    /// The line, as it is shown.
    #[must_use]
    pub fn line(&self) -> String {
        [self.before.as_str(), &self.marked, &self.after].concat()
    }

    /// What stands below the line: blanks up to the mark, then carets, as wide as a terminal shows what is
    /// above them.
    #[must_use]
    pub fn carets(&self) -> (String, String) {
        let width = self.marked.width().max(1);
        (" ".repeat(self.before.width()), "^".repeat(width))
    }

    /// The same for a place that has so many columns, where that is less.
    #[must_use]
    pub fn within(mut self, columns: usize) -> Self {
        self.cut(columns.clamp(MIN_WIDTH, MAX_WIDTH));
        self
    }

    /// Cuts what is wider: first what stands before the mark, then its end. A sign says where, beside what is left.
    fn cut(&mut self, most: usize) {
        if self.line().width() <= most {
            return;
        }
        let before = self.before.width();
        if before > LEAD && before + self.marked.width() > most {
            let kept: String = self.before.chars().rev().collect();
            let kept: String = prefix(&kept, LEAD).chars().rev().collect();
            self.before = format!("{CUT}{kept}");
        }
        let left = most.saturating_sub(self.before.width());
        if self.marked.width() > left {
            self.marked = prefix(&self.marked, left).to_owned();
            self.after = CUT.to_string();
            return;
        }
        let left = left - self.marked.width();
        if self.after.width() > left {
            self.after = format!("{}{CUT}", prefix(&self.after, left));
        }
    }
}

impl fmt::Display for Excerpt {
    /// The line and the caret line, no line end at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = " ".repeat(self.number.to_string().len());
        let (indent, carets) = self.carets();
        writeln!(f, "  {} | {}", self.number, self.line())?;
        write!(f, "  {gap} | {indent}{carets}")
    }
}

fn blanked(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect()
}

/// As much of the start of a text as fits in some columns.
fn prefix(text: &str, columns: usize) -> &str {
    let mut width = 0;
    let mut fits = |c: char| {
        width += c.width().unwrap_or(0);
        width <= columns
    };
    let end = text.chars().take_while(|c| fits(*c)).map(char::len_utf8);
    &text[..end.sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt of a text in which `[` and `]` stand around the span.
    fn excerpt(text: &str) -> Excerpt {
        let start = text.find('[').unwrap();
        let end = text.find(']').unwrap() - 1;
        let source = Source::new("a", &text.replace(['[', ']'], ""));
        source.excerpt(Span { start, end })
    }

    #[test]
    fn carets_stand_below_what_they_mark_in_any_script() {
        for (text, shown) in [
            ("a [bc] d", "  1 | a bc d\n    |   ^^"),
            ("x\n\t[b]\tc\r\n", "  2 |  b c\n    |  ^"),
            ("日本 [語] = 1", "  1 | 日本 語 = 1\n    |      ^^"),
            ("e\u{301} [o\u{308}]", "  1 | e\u{301} o\u{308}\n    |   ^"),
            ("a[]", "  1 | a\n    |  ^"),
            ("[]", "  1 | \n    | ^"),
            ("a [b\nc] d", "  1 | a b\n    |   ^"),
            ("\n\n\n\n\n\n\n\n\n[a]", "  10 | a\n     | ^"),
        ] {
            assert_eq!(excerpt(text).to_string(), shown, "{text:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let long = "x".repeat(500);
        let at_the_end = excerpt(&format!("{long}[abc]{long}"));
        assert_eq!(at_the_end.before, format!("…{}", "x".repeat(20)));
        assert_eq!(at_the_end.marked, "abc");
        assert!(at_the_end.after.ends_with("x…"));
        let at_the_start = excerpt(&format!("a [{long}] b"));
        assert_eq!(at_the_start.marked, "x".repeat(98));
        assert_eq!(at_the_start.after, "…");
        for (text, width) in [
            (format!("{long}[abc]{long}"), 101),
            (format!("a [{long}] b"), 101),
            (format!("[a]{}", "語".repeat(100)), 100),
            (format!("{}[a]", "語".repeat(100)), 22),
        ] {
            let line = excerpt(&text).line();
            assert_eq!(line.width(), width, "{line}");
        }
    }

    #[test]
    fn a_narrow_place_shows_less_of_it() {
        for (text, columns, line, carets) in [
            ("ab [cd] ef", 80, "ab cd ef", 2),
            (
                "\"DisplayName\": [\"a name of some length\"], more",
                30,
                "\"DisplayName\": \"a name of some…",
                15,
            ),
            (
                "some words in front of it all, and then [here]",
                30,
                "…of it all, and then here",
                4,
            ),
            ("[a]b", 0, "ab", 1),
        ] {
            let excerpt = excerpt(text).within(columns);
            let found = (excerpt.line(), excerpt.carets().1.len());
            assert_eq!(found, (line.to_owned(), carets), "{text}");
            assert!(excerpt.line().width() <= columns.max(MIN_WIDTH) + 1);
        }
    }

    #[test]
    fn of_a_very_long_line_only_what_is_shown_is_measured() {
        let long = "日".repeat(100_000);
        let excerpt = excerpt(&format!("{long}[{long}]{long}"));
        assert!(excerpt.line().len() < 500);
        let (before, marked) = (excerpt.before, excerpt.marked);
        assert_eq!(before, format!("…{}", "日".repeat(10)));
        assert_eq!((marked.chars().count(), excerpt.after.as_str()), (39, "…"));
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let source = Source::new("a", "x\ny");
        let span = Span { start: 99, end: 99 };
        assert_eq!(source.excerpt(span).to_string(), "  2 | y\n    |  ^");
    }
}
