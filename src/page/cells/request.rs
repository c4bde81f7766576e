//! The example request in a text without titles: a method, a path and headers, on lines or on one line.

use serde::de::IgnoredAny;

use crate::page::METHODS;
use crate::source::{Rendering, Source, Span};

/// A request.
pub(super) struct Request {
    /// The line in which it begins.
    pub(super) line: usize,
    pub(super) method: Span,
    pub(super) path: Span,
    /// The request line and each header.
    head: Vec<Span>,
    /// Where its head ends.
    pub(super) end: usize,
}

/// Whether a line is a header such as `Host: shop.example.com`.
pub(super) fn is_header(line: &str) -> bool {
    line.split_once(':')
        .is_some_and(|(name, value)| is_name(name) && (value.is_empty() || value.starts_with(' ')))
}

/// Whether a word is the name of a header, as requests write it.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The first request in the lines from one on.
pub(super) fn find(source: &Source, lines: &[Span], from: usize) -> Option<Request> {
    (from..lines.len()).find_map(|at| {
        let text = source.slice(lines[at]);
        let (method, rest) = text.split_once(' ')?;
        let rest = rest.trim_start();
        let is_in_words = || {
            let mut known = METHODS.iter();
            let is_of_api = ["/", "api/"].iter().any(|start| rest.starts_with(start));
            is_of_api && known.any(|one| one.eq_ignore_ascii_case(method))
        };
        if !METHODS.contains(&method) && !is_in_words() {
            return None;
        }
        let path = rest.split_whitespace().next()?;
        let behind = rest[path.len()..].trim_start();
        let version = behind
            .split_whitespace()
            .next()
            .filter(|word| word.starts_with("HTTP/"));
        let behind = behind[version.map_or(0, str::len)..].trim_start();
        let mut head = vec![Span {
            start: lines[at].start,
            end: source.span_of(path).end,
        }];
        if behind.is_empty() {
            let headers = lines[at + 1..].iter();
            head.extend(headers.take_while(|line| is_header(source.slice(**line))));
        } else {
            head.extend(headers_in(source, behind)?);
        }
        (head.len() > 1).then(|| Request {
            line: at,
            method: source.span_of(method),
            path: source.span_of(path),
            end: head.last().map_or(lines[at].end, |last| last.end),
            head,
        })
    })
}

/// The headers of one line, up to a body that begins on it.
fn headers_in(source: &Source, line: &str) -> Option<Vec<Span>> {
    let body = [" {", " ["]
        .into_iter()
        .filter_map(|start| line.find(start))
        .min();
    let line = &line[..body.unwrap_or(line.len())];
    let mut headers: Vec<Span> = Vec::new();
    for word in line.split_whitespace() {
        let span = source.span_of(word);
        match (
            word.strip_suffix(':').is_some_and(is_name),
            headers.last_mut(),
        ) {
            (true, _) => headers.push(span),
            (false, Some(last)) => last.end = span.end,
            (false, None) => return None,
        }
    }
    Some(headers)
}

impl Request {
    /// Writes the head on lines.
    pub(super) fn write(&self, source: &Source, out: &mut Rendering) {
        for (at, line) in self.head.iter().enumerate() {
            if at > 0 {
                let start = line.start;
                out.put("\n", Span { start, end: start });
            }
            out.take(&source.text, *line);
        }
    }

    /// The body behind the head: JSON up to its end, and what is none up to where the answers begin.
    pub(super) fn body(&self, source: &Source, answers: Option<usize>) -> Option<Span> {
        let limit = answers.unwrap_or(source.text.len());
        let text = source.text.get(self.end..limit)?.trim();
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        let is_json = values.next().is_some_and(|value| value.is_ok());
        let start = source.span_of(text).start;
        Some(Span {
            start,
            end: start
                + if is_json {
                    values.byte_offset()
                } else {
                    text.len()
                },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::lines;

    fn read(text: &str) -> Option<(String, Option<String>)> {
        let source = Source::new("a", text);
        let request = find(&source, &lines(text), 0)?;
        let mut out = Rendering::default();
        request.write(&source, &mut out);
        let body = request.body(&source, None);
        Some((
            out.text().to_owned(),
            body.map(|body| source.slice(body).to_owned()),
        ))
    }

    #[test]
    fn a_request_has_headers_on_lines_or_on_its_own() {
        let head = "PUT api/x?a=%5b1%5d\nHost: a.example\nAccept: application/json; q=1";
        for (text, body) in [
            (head.to_owned(), None),
            (
                format!("{head}\n{{\n\"a\": 1\n}}\nDone"),
                Some("{\n\"a\": 1\n}"),
            ),
            (head.replace('\n', " "), None),
            (
                format!("{} {{ \"a\": [1] }}\nDone", head.replace('\n', " ")),
                Some("{ \"a\": [1] }"),
            ),
            (format!("{}\n[1]\n", head.replace('\n', " ")), Some("[1]")),
            (format!("{head}\n{{ a: 1 }}"), Some("{ a: 1 }")),
            (head.replace("%5d", "%5d HTTP/1.1"), None),
        ] {
            let expected = (head.to_owned(), body.map(str::to_owned));
            assert_eq!(read(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_has_no_headers_is_no_request() {
        for text in [
            "GET api/x",
            "GET api/x\nnote: more",
            "GET api/x and more",
            "Host: a",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
