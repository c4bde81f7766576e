//! The heading of a page that lost it, out of its example request.
//!
//! The method is that of the request. In its path, what the table gives as the example of a parameter is
//! that parameter. Where two readings are possible, none is taken.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use crate::page::PageError;
use crate::page::cells::Row;
use crate::page::cells::request::Request;
use crate::page::row::{FLAGS, sent_in};
use crate::source::{Rendering, Source, Span};

/// What a whole heading would tell.
const EXPECTED: &str = "a request whose path shows where each parameter of the table is sent";

/// How many rows and parts of a path are compared with one another.
const MAX_ROWS: usize = 200;
const MAX_SEGMENTS: usize = 100;

/// A parameter that may stand in the path.
struct Candidate<'a> {
    name: &'a str,
    span: Span,
    is_optional: bool,
    /// The segments that may be it.
    segments: Vec<usize>,
    /// Those of them that stand behind a word that its name begins with.
    named: Vec<usize>,
}

/// Writes a heading.
///
/// # Errors
///
/// A [`PageError`] where the path can be read in two ways, or in none.
pub(super) fn write(
    source: &Source,
    request: &Request,
    rows: &[Row],
    out: &mut Rendering,
) -> Result<(), PageError> {
    let shown = source.slice(request.path);
    let (path, query) = shown.split_once('?').unwrap_or((shown, ""));
    let segments: Vec<&str> = path.split('/').collect();
    if rows.len() > MAX_ROWS || segments.len() > MAX_SEGMENTS {
        let expected = format!("at most {MAX_ROWS} parameters and {MAX_SEGMENTS} parts of a path");
        return Err(PageError::new(
            source,
            request.path.start,
            &expected,
            "more",
        ));
    }
    let in_query: HashSet<String> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, _)| name.to_lowercase())
        .collect();
    let mut names: Vec<Option<&str>> = vec![None; segments.len()];
    let mut left = Vec::new();
    for row in rows {
        let Some(found) = candidate(source, row, &segments) else {
            continue;
        };
        if in_query.contains(&found.name.to_lowercase()) {
            continue;
        }
        let braces = format!("{{{}}}", found.name);
        match segments
            .iter()
            .position(|segment| segment.eq_ignore_ascii_case(&braces))
        {
            Some(at) => names[at] = Some(found.name),
            None => left.push(found),
        }
    }
    while choose(&mut left, &mut names) {}
    for candidate in left {
        if !candidate.segments.is_empty() || !candidate.is_optional {
            let found = match candidate.segments.len() {
                0 => format!("no value of `{}` in it", candidate.name),
                _ => format!("more than one place in it for `{}`", candidate.name),
            };
            return Err(PageError::new(
                source,
                candidate.span.start,
                EXPECTED,
                &found,
            ));
        }
    }
    for (segment, name) in segments.iter().zip(&names) {
        if name.is_none() && is_value(segment) {
            let at = source.span_of(segment).start;
            let found = format!("`{segment}`, which is no example of a parameter");
            return Err(PageError::new(source, at, EXPECTED, &found));
        }
    }
    out.take(&source.text, request.method);
    let behind = request.method.end;
    out.put(
        " ",
        Span {
            start: behind,
            end: behind,
        },
    );
    for (at, (segment, name)) in segments.iter().zip(names).enumerate() {
        let span = source.span_of(segment);
        if at > 0 {
            out.take(
                &source.text,
                Span {
                    start: span.start - 1,
                    end: span.start,
                },
            );
        }
        match name {
            Some(name) => out.put(&format!("{{{name}}}"), span),
            None => out.take(&source.text, span),
        }
    }
    Ok(())
}

/// The parameter of a row that is sent in the URL.
fn candidate<'a>(source: &'a Source, row: &Row, segments: &[&str]) -> Option<Candidate<'a>> {
    let [name, description, _, example] = row;
    let place = name.iter().find_map(|line| sent_in(source.slice(*line)))?;
    if place != "url" {
        return None;
    }
    let span = *name.first()?;
    let example = example.first().map_or("", |line| source.slice(*line));
    let example = unquoted(example);
    let is_shown = |segment: &str| {
        !example.is_empty() && unquoted(&decoded(segment)).eq_ignore_ascii_case(&example)
    };
    let is_flag = |line: &Span| source.slice(*line) == FLAGS[0];
    let name = source.slice(span).trim_end_matches('*').trim_end();
    let lower = name.to_lowercase();
    let possible: Vec<usize> = (0..segments.len())
        .filter(|at| is_shown(segments[*at]))
        .collect();
    let is_named_so = |at: &usize| {
        let before = at.checked_sub(1).map_or("", |before| segments[before]);
        let word = before.to_lowercase();
        let word = word.strip_suffix('s').unwrap_or(&word);
        word.len() > 1 && lower.starts_with(word)
    };
    Some(Candidate {
        name,
        span,
        is_optional: description.iter().any(is_flag),
        named: possible.iter().copied().filter(is_named_so).collect(),
        segments: possible,
    })
}

/// Gives segments to the parameters that each can be nothing but: the only one for a parameter, and for it
/// alone; else the only one behind a word that its name begins with. Tells whether there was any.
fn choose<'a>(left: &mut Vec<Candidate<'a>>, names: &mut [Option<&'a str>]) -> bool {
    let mut wanted = vec![0; names.len()];
    let mut by_word = vec![0; names.len()];
    for candidate in left.iter() {
        candidate.segments.iter().for_each(|at| wanted[*at] += 1);
        candidate.named.iter().for_each(|at| by_word[*at] += 1);
    }
    let before = left.len();
    left.retain(|candidate| {
        let free = |segments: &[usize]| -> Vec<usize> {
            let free = segments.iter().filter(|at| names[**at].is_none());
            free.copied().collect()
        };
        let (own, so) = (free(&candidate.segments), free(&candidate.named));
        let chosen = match (own.as_slice(), so.as_slice()) {
            ([only], _) if wanted[*only] == 1 => Some(*only),
            (_, [only]) if by_word[*only] == 1 => Some(*only),
            _ => None,
        };
        if let Some(at) = chosen {
            names[at] = Some(candidate.name);
        }
        chosen.is_none()
    });
    for candidate in left.iter_mut() {
        candidate.segments.retain(|at| names[*at].is_none());
        candidate.named.retain(|at| names[*at].is_none());
    }
    left.len() < before
}

/// Whether a segment is what only a value is: a number, an identifier, a quoted text.
fn is_value(segment: &str) -> bool {
    let is_number = segment.bytes().all(|byte| byte.is_ascii_digit());
    let is_long = segment.len() == 36
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_quoted = segment.to_lowercase().starts_with("%22") || segment.starts_with('"');
    !segment.is_empty() && (is_number || is_long || is_quoted || segment.contains('+'))
}

/// What a segment says; the generator of the pages writes blanks as plus signs.
fn decoded(segment: &str) -> String {
    let text = segment.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

fn unquoted(text: &str) -> String {
    serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::page::cells::rendered;
    use crate::source::Source;

    /// The heading of a page out of a path and rows: name, flag and example.
    fn heading(path: &str, rows: &[(&str, &str)]) -> Result<String, String> {
        let rows: String = rows
            .iter()
            .map(|(name, example)| match example.strip_prefix("optional ") {
                Some(example) => {
                    format!("{name}\nsent in url\n|\nWords\noptional\n| number | {example} |\n")
                }
                None => format!("{name}\nsent in url\n|\nWords | number | {example} |\n"),
            })
            .collect();
        let text = format!(
            "Words.\nName | Description | Type | Example |\n{rows}\
             GET {path} Host: a.example Accept: application/json\n"
        );
        let source = Source::new("a", &text);
        match rendered(&source).unwrap() {
            Ok(page) => Ok(page.text.lines().next().unwrap_or_default().to_owned()),
            Err(error) => Err(error.found),
        }
    }

    #[test]
    fn a_path_is_made_of_what_the_table_gives_as_examples() {
        for (path, rows, expected) in [
            (
                "api/2.0/boat/7",
                &[("id", "7")][..],
                "GET api/2.0/boat/{id}",
            ),
            (
                "api/2.0/boat/{ID}/x",
                &[("id", "")],
                "GET api/2.0/boat/{id}/x",
            ),
            ("api/2.0/boat?id=7&x=1", &[("id", "7")], "GET api/2.0/boat"),
            ("api/2.0/boat", &[("id", "optional 7")], "GET api/2.0/boat"),
            (
                "api/2.0/boat/7/berths/7",
                &[("berthId", "7"), ("boatId", "7")],
                "GET api/2.0/boat/{boatId}/berths/{berthId}",
            ),
            (
                "api/2.0/boat/7/by/7",
                &[("other", "7"), ("boatId", "7")],
                "GET api/2.0/boat/{boatId}/by/{other}",
            ),
            (
                "/api/2.0/boat/%22some+text%22",
                &[("name", "some text")],
                "GET /api/2.0/boat/{name}",
            ),
        ] {
            assert_eq!(heading(path, rows).as_deref(), Ok(expected), "{path}");
        }
    }

    #[test]
    fn a_path_of_which_two_can_be_made_is_refused() {
        for (path, rows, found) in [
            (
                "api/2.0/boat/7",
                &[][..],
                "`7`, which is no example of a parameter",
            ),
            ("api/2.0/boat", &[("id", "7")], "no value of `id` in it"),
            (
                "api/2.0/boat/7/by/7",
                &[("a", "7"), ("b", "7")],
                "more than one place in it for `a`",
            ),
            (
                "api/2.0/boat/7/7",
                &[("a", "7")],
                "more than one place in it for `a`",
            ),
        ] {
            assert_eq!(heading(path, rows), Err(found.to_owned()), "{path}");
        }
    }
}
