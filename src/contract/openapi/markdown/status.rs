//! The status of an answer in the words of a page in Markdown: `200 - Contact`, `Response (200 OK)`,
//! `**Code** : 404 NOT FOUND`.

use crate::source::{Source, Span};

/// Words that may stand before a status.
const BEFORE: [&str; 14] = [
    "answer",
    "code",
    "example",
    "expected",
    "http",
    "output",
    "response",
    "responses",
    "result",
    "returns",
    "sample",
    "status",
    "success",
    "successful",
];

/// A status, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) code: String,
    /// Where it stands.
    pub(super) span: Span,
    pub(super) words: Span,
}

impl Stated {
    /// Whether it is one of a success.
    pub(super) fn is_success(&self) -> bool {
        self.code.starts_with('2')
    }
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || "*_`:()-+|,".contains(c)
}

/// The status that a title says.
pub(super) fn of(title: &str, source: &Source) -> Option<Stated> {
    let mut rest = title.trim_matches(is_mark);
    loop {
        let word = rest.split(is_mark).next().unwrap_or_default();
        let behind = rest[word.len()..].trim_matches(is_mark);
        let is_code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_code && matches!(word.as_bytes()[0], b'1'..=b'5') {
            return Some(Stated {
                code: word.to_owned(),
                span: source.span_of(word),
                words: source.span_of(behind),
            });
        }
        let mut known = BEFORE.iter();
        known.find(|one| one.eq_ignore_ascii_case(word))?;
        rest = behind;
    }
}

/// The status that a line says and no sentence: what is said of it behind it begins with a capital.
pub(super) fn of_line(line: &str, source: &Source) -> Option<Stated> {
    let stated = of(line, source)?;
    let words = source.slice(stated.words);
    let is_short = words.split_whitespace().count() < 5;
    let is_named = words.chars().next().is_none_or(char::is_uppercase);
    (is_named && is_short).then_some(stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_stands_behind_words_for_it_and_before_its_own() {
        for (text, expected, alone) in [
            ("200 - Tram", Some(("200", "Tram")), true),
            ("200", Some(("200", "")), true),
            ("Response 200", Some(("200", "")), true),
            ("Response: 200 OK", Some(("200", "OK")), true),
            ("Response (200 OK)", Some(("200", "OK")), true),
            (
                "**Code** : `404 NOT FOUND`",
                Some(("404", "NOT FOUND")),
                true,
            ),
            ("`201 Created`", Some(("201", "Created")), true),
            (
                "200 trams are returned",
                Some(("200", "trams are returned")),
                false,
            ),
            ("Response", None, false),
            ("Tram 200", None, false),
            ("2000", None, false),
            ("700", None, false),
            ("", None, false),
        ] {
            let source = Source::new("x", text);
            let found = of(&source.text, &source);
            let found = found.map(|one| (one.code, source.slice(one.words).to_owned()));
            let expected = expected.map(|(code, words)| (code.to_owned(), words.to_owned()));
            assert_eq!(found, expected, "{text}");
            assert_eq!(of_line(&source.text, &source).is_some(), alone, "{text}");
        }
    }
}
