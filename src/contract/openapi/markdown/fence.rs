//! Fences of a page in Markdown, and what stands in the place of one.
//!
//! In come lines, out come the marks that begin and end a fence, and what is shown in it.

use crate::contract::openapi::markdown::status::{self, Stated};
use crate::source::{Source, Span};

/// How fences call a text that is JSON.
const OF_JSON: [&str; 4] = ["", "json", "json5", "jsonc"];
/// How fences call a text that is JSON where it can be read as such, and else shows how to ask.
const OF_SCRIPTS: [&str; 2] = ["javascript", "js"];
/// The fewest signs of which a mark is made.
const SHORTEST: usize = 3;
/// How a line of an indented text begins.
const INDENTS: [&str; 2] = ["    ", "\t"];

/// The mark that begins a fence, and what it says of its text; one of `~` is as good as one of backticks.
pub(super) fn begun(line: &str) -> Option<(&str, &str)> {
    let sign = line.chars().next().filter(|sign| is_sign(*sign))?;
    let info = line.trim_start_matches(sign);
    let mark = &line[..line.len() - info.len()];
    (mark.len() >= SHORTEST && !info.contains('`')).then_some((mark, info.trim()))
}

fn is_sign(sign: char) -> bool {
    matches!(sign, '`' | '~')
}

/// Whether a line ends what a mark began.
pub(super) fn ends(line: &str, mark: &str) -> bool {
    line.starts_with(mark) && line.trim_start_matches(&mark[..1]).is_empty()
}

/// Whether what a fence shows is read as JSON, by what it says of its text.
pub(super) fn is_json(info: &str, text: &str) -> bool {
    let word = info.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let word = word.unwrap_or_default().to_ascii_lowercase();
    let is_script = OF_SCRIPTS.contains(&word.as_str());
    let is_read = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    OF_JSON.contains(&info) || OF_JSON[1..].contains(&word.as_str()) || is_script && is_read()
}

/// Whether a text looks like what is answered, and not like how one asks.
pub(super) fn is_like_an_answer(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['{', '[', '<']) || text.starts_with("HTTP/")
}

/// The status line and the body of an answer that is shown with its headers.
pub(super) fn exchange(source: &Source, text: Span) -> Option<(Stated, Span)> {
    let shown = source.slice(text);
    let line = shown.lines().next()?;
    let (version, rest) = line.split_once(' ')?;
    let stated = version
        .starts_with("HTTP/")
        .then(|| status::of(rest, source))??;
    let blank = shown.lines().find(|line| line.trim().is_empty());
    let start = blank.map_or(text.end, |blank| source.span_of(blank).end);
    let end = text.end;
    Some((stated, Span { start, end }))
}

/// How many lines, from the first one on, are a text of JSON that is set in and stands in no fence.
pub(super) fn indented(source: &Source, lines: &[Span]) -> usize {
    let is_in = |line: &&Span| {
        let text = source.slice(**line);
        text.trim().is_empty() || INDENTS.iter().any(|indent| text.starts_with(indent))
    };
    let begins = lines.first().is_some_and(|first| {
        is_in(&first) && source.slice(*first).trim_start().starts_with(['{', '['])
    });
    if !begins {
        return 0;
    }
    let inside = &lines[..lines.iter().take_while(is_in).count()];
    let last = inside
        .iter()
        .rposition(|line| !source.slice(*line).trim().is_empty());
    last.map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_made_of_three_signs_or_more() {
        for (line, expected) in [
            ("```", Some(("```", ""))),
            ("````json", Some(("````", "json"))),
            ("~~~ json title=\"a\"", Some(("~~~", "json title=\"a\""))),
            ("``", None),
            ("```json``` is", None),
            ("", None),
        ] {
            assert_eq!(begun(line), expected, "{line}");
        }
        assert!(ends("~~~~", "~~~") && ends("```", "```"));
        assert!(!ends("```", "````") && !ends("```x", "```") && !ends("", "```"));
    }

    #[test]
    fn a_script_is_json_where_it_is_nothing_else() {
        assert!(is_json("js", "{\"a\": 1}") && is_json("json title=\"a\"", "x"));
        assert!(!is_json("js", "fetch({})") && !is_json("xml", "<a/>"));
    }
}
