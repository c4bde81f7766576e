//! Languages in which titles are marked: what a text is whose titles are those of a page but for the marks.

use std::fmt;

use crate::page::{METHODS, is_heading, title_of};

/// A language of marks that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// `# Title`, `**Title**`, or a line below the title.
    Markdown,
    /// A line below the title, and directives.
    Rst,
    /// `== Title`.
    AsciiDoc,
    /// `== Title ==`.
    MediaWiki,
    /// `h2. Title`.
    Jira,
    /// Control words that begin with a backslash.
    Rtf,
}

/// How a file in the Rich Text Format begins.
const RTF: &str = "{\\rtf";
/// What makes the line below a title.
const RULES: [char; 4] = ['-', '=', '~', '^'];
/// How long such a line is at least.
const MIN_RULE: usize = 3;

impl Markup {
    /// The language of a text, by its first title that is marked.
    pub(super) fn of(text: &str) -> Option<Self> {
        if is_rtf(text) {
            return Some(Self::Rtf);
        }
        let mut lines = text.lines().map(str::trim).peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().copied().unwrap_or_default();
            match Self::of_title(line, next) {
                Some(Self::Markdown) if text.contains("\n.. ") => return Some(Self::Rst),
                None => {}
                found => return found,
            }
        }
        None
    }

    fn of_title(line: &str, next: &str) -> Option<Self> {
        if is_title(line) {
            let mut rule = next.chars();
            let first = rule.next().filter(|first| RULES.contains(first))?;
            let is_rule = next.len() >= MIN_RULE && rule.all(|c| c == first);
            return is_rule.then_some(Self::Markdown);
        }
        let (markup, title) = unmarked(line)?;
        is_title(title).then_some(markup)
    }
}

/// Whether a text is in the Rich Text Format.
pub(super) fn is_rtf(text: &str) -> bool {
    text.trim_start().starts_with(RTF)
}

/// What of a text in the Rich Text Format is read by people, as far as a glance tells: no control words.
pub(super) fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let is_of_word = |c: char| c.is_ascii_alphabetic();
        let word = &rest[..rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            // A sign that means something else, such as a brace.
            let sign = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..sign]);
            rest = &rest[sign..];
            continue;
        }
        if matches!(word, "par" | "line" | "pard") {
            out.push('\n');
        }
        rest = rest[word.len()..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    out.push_str(rest);
    out
}

/// The words of a line that is marked as a title, and in which language.
fn unmarked(line: &str) -> Option<(Markup, &str)> {
    if let Some(title) = line.strip_prefix('#') {
        return Some((Markup::Markdown, title.trim_matches(['#', ' '])));
    }
    for mark in ["**", "__"] {
        let bold = line
            .strip_prefix(mark)
            .and_then(|rest| rest.strip_suffix(mark));
        if let Some(title) = bold {
            return Some((Markup::Markdown, title));
        }
    }
    if line.starts_with('=') {
        let markup = if line.ends_with('=') {
            Markup::MediaWiki
        } else {
            Markup::AsciiDoc
        };
        return Some((markup, line.trim_matches(['=', ' '])));
    }
    let (level, title) = line.strip_prefix('h')?.split_once(". ")?;
    let is_level = level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit());
    is_level.then_some((Markup::Jira, title.trim()))
}

/// Whether a line would be a title of a page, or its heading.
fn is_title(line: &str) -> bool {
    let is_method = METHODS.iter().any(|method| line.starts_with(method));
    title_of(line).is_some() || is_method && is_heading(line)
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Markdown => "Markdown",
            Self::Rst => "reStructuredText",
            Self::AsciiDoc => "AsciiDoc",
            Self::MediaWiki => "the text of a wiki (MediaWiki)",
            Self::Jira => "the text of a wiki (Jira, Confluence)",
            Self::Rtf => "the Rich Text Format (RTF)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_titles() {
        for (text, expected) in [
            ("# Boats\n\n## Parameters\n", Some(Markup::Markdown)),
            ("GET api/x\n\n**Returns**\n\nX\n", Some(Markup::Markdown)),
            ("Parameters\n----------\n", Some(Markup::Markdown)),
            ("GET api/x\n=========\n", Some(Markup::Markdown)),
            (
                "Parameters\n----------\n\n.. code-block:: http\n",
                Some(Markup::Rst),
            ),
            ("= Boats\n\n== Parameters\n", Some(Markup::AsciiDoc)),
            ("== Parameters ==\n", Some(Markup::MediaWiki)),
            ("h1. GET api/x\n", Some(Markup::Jira)),
            ("{\\rtf1\\ansi GET api/x\\par}", Some(Markup::Rtf)),
            ("# Boats\n\nParameters\n\n---\n", None),
            ("GET api/x\n\nParameters\n\nReturns\n", None),
            ("hit. Parameters\n", None),
            ("", None),
        ] {
            assert_eq!(Markup::of(text), expected, "{text}");
        }
    }

    #[test]
    fn control_words_are_not_read() {
        let text = "{\\rtf1\\ansi\\pard\\f0 GET api/\\{id\\}\\par Returns\\line\nX\\";
        assert_eq!(without_controls(text), "{\nGET api/{id}\nReturns\n\nX");
    }
}
