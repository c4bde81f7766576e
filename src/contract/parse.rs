//! From the sections of one page to one operation.

use crate::contract::bound::{self, TooMuch};
use crate::contract::{Format, Operation, OperationId, RequestExample, ResponseExample, table};
use crate::page::{Page, PageError, Title, lines_of};
use crate::source::{Source, Span};

/// The lines that open an example response, and the format they announce.
const MEDIA_TYPES: [(&str, Format); 3] = [
    ("application/json", Format::Json),
    ("text/xml", Format::Xml),
    ("application/xml", Format::Xml),
];

/// Reads the sections of a page.
pub(super) fn operation(page: &Page) -> Result<Operation, PageError> {
    let source = &page.source;
    let method = source.slice(page.method).to_owned();
    let path = source.slice(page.path).trim_matches('/').to_owned();
    let parameters = match page.section(Title::Parameters) {
        Some(section) => table::parameters(source, section.body)?,
        None => Vec::new(),
    };
    let request = match page.section(Title::Example) {
        Some(section) => Some(request(source, section.body)?),
        None => None,
    };
    let responses = match page.section(Title::ExampleResponse) {
        Some(section) => responses(source, section.body)?,
        None => Vec::new(),
    };
    Ok(Operation {
        id: OperationId::of(&method, &path),
        source: source.clone(),
        heading: Span {
            start: page.method.start,
            end: page.path.end,
        },
        authenticated: page.authenticated,
        description: words(page, Title::Description),
        returns: words(page, Title::Returns),
        method,
        path,
        parameters,
        request,
        responses,
    })
}

/// The text of a section, white space folded.
fn words(page: &Page, title: Title) -> String {
    let text = page
        .section(title)
        .map_or("", |section| page.source.slice(section.body));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn request(source: &Source, body: Span) -> Result<RequestExample, PageError> {
    let lines = lines_of(source, body);
    let mut lines = lines
        .iter()
        .skip_while(|line| source.slice(**line).trim().is_empty());
    let expected = "a request line such as `GET api/2.0/crm/contact/1234`";
    let Some(line) = lines.next() else {
        return Err(PageError::new(
            source,
            body.start,
            expected,
            "an empty section",
        ));
    };
    let Some((method, path)) = source.slice(*line).trim().split_once(' ') else {
        return Err(PageError::new(source, line.start, expected, "another text"));
    };
    let mut headers = Vec::new();
    let mut example = RequestExample {
        method: method.to_owned(),
        path: path.trim().to_owned(),
        span: *line,
        headers: Vec::new(),
        body: None,
    };
    for line in lines.by_ref() {
        let text = source.slice(*line).trim();
        if text.is_empty() {
            break;
        }
        if text.starts_with(['{', '[']) {
            example.body = Some(trimmed(
                source,
                Span {
                    start: line.start,
                    end: body.end,
                },
            ));
            break;
        }
        let (name, value) = text.split_once(':').ok_or_else(|| {
            let expected = "a header such as `Accept: application/json`";
            PageError::new(source, line.start, expected, "a line without colon")
        })?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    example.headers = headers;
    if example.body.is_none()
        && let Some(first) = lines.find(|line| !source.slice(**line).trim().is_empty())
    {
        example.body = Some(trimmed(
            source,
            Span {
                start: first.start,
                end: body.end,
            },
        ));
    }
    if let Some(body) = example.body {
        check_json(source, body)?;
    }
    Ok(example)
}

fn responses(source: &Source, body: Span) -> Result<Vec<ResponseExample>, PageError> {
    let mut responses: Vec<ResponseExample> = Vec::new();
    for line in lines_of(source, body) {
        let text = source.slice(line).trim();
        let announced = MEDIA_TYPES.into_iter().find(|(name, _)| *name == text);
        match (announced, responses.last_mut()) {
            (Some((_, format)), last) => {
                if let Some(last) = last {
                    last.body.end = line.start;
                }
                if responses.iter().any(|earlier| earlier.format == format) {
                    let found = format!("a second {format} example");
                    let expected = "each format once";
                    return Err(PageError::new(source, line.start, expected, &found));
                }
                responses.push(ResponseExample {
                    format,
                    media_type: line,
                    body: Span {
                        start: line.end,
                        end: body.end,
                    },
                });
            }
            (None, None) if !text.is_empty() => {
                let expected = "a media type such as `application/json`";
                return Err(PageError::new(source, line.start, expected, "another text"));
            }
            (None, _) => {}
        }
    }
    for response in &mut responses {
        response.body = trimmed(source, response.body);
        match response.format {
            Format::Json => check_json(source, response.body)?,
            Format::Xml => check_xml(source, response.body)?,
        }
    }
    Ok(responses)
}

/// A span without the white space around its text.
fn trimmed(source: &Source, span: Span) -> Span {
    let text = source.slice(span).trim();
    if text.is_empty() {
        return Span {
            start: span.start,
            end: span.start,
        };
    }
    source.span_of(text)
}

fn too_much(source: &Source, body: Span, (at, excess): TooMuch) -> PageError {
    let expected = excess.expected();
    PageError::new(source, body.start + at, &expected, &excess.to_string())
}

fn check_json(source: &Source, body: Span) -> Result<(), PageError> {
    let text = source.slice(body);
    bound::json(text).map_err(|much| too_much(source, body, much))?;
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return Ok(());
    };
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let offset = body.start + (line_start + error.column().saturating_sub(1)).min(text.len());
    let words = error.to_string();
    let cause = words.split(" at line ").next().unwrap_or(&words);
    Err(PageError::new(
        source,
        offset,
        "a JSON example",
        &format!("no JSON ({cause})"),
    ))
}

fn check_xml(source: &Source, body: Span) -> Result<(), PageError> {
    let text = source.slice(body);
    let is_seen = bound::xml(text).map_err(|much| too_much(source, body, much))?;
    let Err(error) = roxmltree::Document::parse(text) else {
        // What one reader stopped at and the other took has no bounds that anybody saw.
        return if is_seen {
            Ok(())
        } else {
            let found = "markup that two parsers read in two ways";
            Err(PageError::new(source, body.start, "an XML example", found))
        };
    };
    let pos = error.pos();
    let line = text.split('\n').nth((pos.row as usize).saturating_sub(1));
    let line = line.map_or(body, |line| source.span_of(line));
    let column: usize = source
        .slice(line)
        .chars()
        .take((pos.col as usize).saturating_sub(1))
        .map(char::len_utf8)
        .sum();
    let words = error.to_string();
    let cause = words
        .rsplit_once(" at ")
        .map_or(words.as_str(), |(cause, _)| cause);
    Err(PageError::new(
        source,
        line.start + column,
        "an XML example",
        &format!("no XML ({cause})"),
    ))
}
