//! The margin of a text: what stands before each of its lines, as where it was pasted below something.
//!
//! In comes the text of a page, out comes the same one without its margin, with places in the text.

use crate::page::{is_heading, opens_table_or_example};
use crate::source::{Rendering, Source, Span};

/// The same text without what all of its lines begin with, or the text itself.
pub(crate) fn without_margin(source: Source) -> Source {
    let margin = of(&source.text).len();
    if margin == 0 {
        return source;
    }
    let widths = source.text.split_inclusive('\n').map(|_| margin);
    cut(&source, widths)
}

/// The same text with its heading at the beginning of a line, and what stands below it without a margin of its own.
pub(super) fn level(source: Source) -> Source {
    let text = &source.text;
    let lines = text.split_inclusive('\n');
    let mut before = lines.take_while(|line| !opens_table_or_example(line.trim_start()));
    if before.clone().any(is_heading) {
        return source;
    }
    let Some(heading) = before.position(|line| is_heading(line.trim())) else {
        return source;
    };
    let below: usize = text
        .split_inclusive('\n')
        .take(heading + 1)
        .map(str::len)
        .sum();
    let below = of(&text[below..]).len();
    let widths = text.split_inclusive('\n').enumerate().map(|(at, line)| {
        let blanks = line.len() - line.trim_start().len();
        match at.cmp(&heading) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => blanks,
            std::cmp::Ordering::Greater => below,
        }
    });
    cut(&source, widths)
}

/// The blanks that all lines begin with, but for empty ones.
pub(super) fn of(text: &str) -> &str {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let Some(first) = lines.next() else {
        return "";
    };
    let mut margin = &first[..blanks(first)];
    for line in lines {
        if margin.is_empty() {
            break;
        }
        let mut alike = margin.bytes().zip(line.bytes());
        let shared = alike.position(|(one, other)| one != other);
        margin = &margin[..shared.unwrap_or(margin.len().min(line.len()))];
    }
    margin
}

/// The same text without so many of the blanks before each line.
fn cut(source: &Source, widths: impl Iterator<Item = usize>) -> Source {
    let mut out = Rendering::default();
    let mut start = 0;
    for (line, width) in source.text.split_inclusive('\n').zip(widths) {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let end = start + line.len();
        let from = start + width.min(blanks);
        out.take(&source.text, Span { start: from, end });
        start = end;
    }
    source.rendered(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_lines_begin_with_is_no_part_of_a_page() {
        for (text, expected) in [
            ("  GET x\n\n    a\n  b", "GET x\n\n  a\nb"),
            ("\t\tGET x\n\t  a\n", "\tGET x\n  a\n"),
            ("  GET x\r\n \r\n  a\r\n", "GET x\r\n\r\na\r\n"),
            ("  a\nb", "  a\nb"),
            (" \n\t\n", " \n\t\n"),
            ("", ""),
        ] {
            let source = without_margin(Source::new("a", text));
            assert_eq!(&*source.text, expected, "{text:?}");
        }
        let source = without_margin(Source::new("a", "  GET x\n    a"));
        assert_eq!(source.locate(8), "a:2:5");
    }

    #[test]
    fn a_heading_stands_at_the_beginning_of_a_line() {
        for (text, expected) in [
            (" GET x\nReturns\n", "GET x\nReturns\n"),
            (
                "a\n  GET x\n\n   Returns\n     b\n",
                "a\nGET x\n\nReturns\n  b\n",
            ),
            ("  GET y\nGET x\n  a", "  GET y\nGET x\n  a"),
            ("a\n b", "a\n b"),
        ] {
            let source = level(Source::new("a", text));
            assert_eq!(&*source.text, expected, "{text:?}");
        }
    }
}
