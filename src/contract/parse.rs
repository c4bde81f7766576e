//! From the sections of one page to one operation.

use crate::contract::bound::{self, TooMuch};
use crate::contract::notation::braced;
use crate::contract::sample::Samples;
use crate::contract::{
    Defined, Format, Operation, OperationId, Parameter, ParameterIn, RequestExample,
    ResponseExample, Success, Unread, ends_in_slash, folded, last_words, path_variables, table,
};
use crate::media_type::Syntax;
use crate::names::doing::takes_away;
use crate::page::{
    METHODS, Page, PageError, Title, lines_of, lines_of_authentication, media_type, without_bullet,
};
use crate::shape;
use crate::source::{Source, Span};

/// Reads the sections of a page.
pub(super) fn operation(page: &Page) -> Result<Operation, PageError> {
    let source = &page.source;
    let method = source.slice(page.method).to_ascii_uppercase();
    if page.path.range().len() > bound::MAX_PATH {
        let expected = format!("a path of at most {} bytes", bound::MAX_PATH);
        return Err(PageError::new(
            source,
            page.path.start,
            &expected,
            "a longer one",
        ));
    }
    let written = source.slice(page.path);
    let mut path = without_rules(&braced(written.trim_matches('/')));
    let mut unread = Vec::new();
    unread.extend(page.unclear_authentication.map(|line| Unread {
        offset: line.start,
        expected: "words such as `This function requires authentication`".to_owned(),
        found: "other words about it".to_owned(),
    }));
    let request = page.section(Title::Example);
    let request = request.and_then(|section| request_of(source, section.body, &mut unread));
    let template = path.clone();
    let samples = Samples::new(source, &template, request.as_ref());
    let mut parameters = match page.section(Title::Parameters) {
        Some(section) => table::parameters(source, section.body, &samples, &mut unread)?,
        None => Vec::new(),
    };
    path = named_by_rows(page, &path, &mut parameters, &samples);
    check_rows(page, &parameters)?;
    if let Some(request) = &request {
        without_rows(source, request, &mut parameters, &samples);
    }
    let responses = match page.section(Title::ExampleResponse) {
        Some(section) => responses(source, section.body, &mut unread)?,
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
        has_lost_authentication: page.has_lost_authentication,
        is_public: false,
        of_refusals: Vec::new(),
        needs_body: false,
        body_type: None,
        asks_for: None,
        refused: Vec::new(),
        ways: Vec::new(),
        description: words(page, Title::Description),
        returns: words(page, Title::Returns),
        method,
        takes_away: takes_away(&last_words(&path)),
        base: String::new(),
        path,
        ends_in_slash: ends_in_slash(written),
        parameters,
        headers: Vec::new(),
        request,
        responses,
        has_no_body: false,
        success: Success::default(),
        unread,
        taken: Vec::new(),
        open: Vec::new(),
        contradictions: Vec::new(),
        defined: Defined::default(),
    })
}

/// A path template whose variables have names alone: `{id:[0-9]+}` is `{id}`.
pub(super) fn without_rules(path: &str) -> String {
    let mut bare = String::with_capacity(path.len());
    let (mut depth, mut in_rule) = (0_usize, false);
    for c in path.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 1 => in_rule = true,
            _ => {}
        }
        in_rule &= depth > 0;
        if !in_rule {
            bare.push(c);
        }
    }
    bare
}

/// Makes a parameter of each name in braces, whatever its row says of where it is sent and in whatever
/// letter case, and without a row too, and of the query what is sent in a URL that does not hold it; gives
/// the path with the names of the rows.
fn named_by_rows(
    page: &Page,
    path: &str,
    parameters: &mut Vec<Parameter>,
    samples: &Samples<'_>,
) -> String {
    let mut named = path.to_owned();
    for variable in path_variables(path) {
        let shown = samples.of(variable, ParameterIn::Path);
        let row = parameters
            .iter_mut()
            .find(|row| row.name.eq_ignore_ascii_case(variable));
        if let Some(row) = row {
            named = named.replace(&format!("{{{variable}}}"), &format!("{{{}}}", row.name));
            if row.sent_in == ParameterIn::Body
                && let Some(value) = shown
            {
                row.show(value);
            }
            row.sent_in = ParameterIn::Path;
            continue;
        }
        let mut parameter = Parameter::bare(variable, ParameterIn::Path, page.path);
        if let Some(value) = shown {
            parameter.show(value);
        }
        parameters.push(parameter);
    }
    let variables = path_variables(&named);
    for row in parameters {
        row.sent_in = row.sent_in.in_url(&row.name, &variables);
    }
    named
}

/// Sees to it that no table is lost whose titles are in other words, or in another language: its rows name what
/// stands in braces in the path, or where something is sent.
fn check_rows(page: &Page, parameters: &[Parameter]) -> Result<(), PageError> {
    let has_row = parameters.iter().any(|row| row.stated_in.is_some());
    if has_row || page.section(Title::Parameters).is_some() {
        return Ok(());
    }
    let source = &page.source;
    let behind = [Title::Example, Title::ExampleResponse].into_iter();
    let behind = behind.filter_map(|title| page.section(title));
    let end = behind.map(|section| section.heading.start).min();
    let above = Span {
        start: page.path.end,
        end: end.unwrap_or(source.text.len()),
    };
    let path = braced(source.slice(page.path));
    let variables = path_variables(&path);
    let is_variable = |cell: &str| {
        let cell = without_bullet(cell.trim());
        variables.iter().any(|name| name.eq_ignore_ascii_case(cell))
    };
    let mut name = "";
    for line in lines_of(source, above).into_iter().skip(1) {
        let text = source.slice(line).trim();
        if text.is_empty() {
            continue;
        }
        let is_below_name = !name.is_empty() && !name.contains(char::is_whitespace);
        let names_one = text.split(['\t', '|']).any(is_variable);
        if names_one || is_below_name && is_place_in_other_words(text) {
            let expected = "parameters below `Name Description Type Example`";
            let found = format!("`{text}`, a row of another table");
            return Err(PageError::new(source, line.start, expected, &found));
        }
        name = text;
    }
    Ok(())
}

/// Whether a line says where something is sent as rows do, in any language: a few small words, the last one of a place.
fn is_place_in_other_words(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_place = |word: &&&str| ["url", "query", "body"].contains(&word.trim_matches(['(', ')']));
    let is_small = line.chars().all(|c| !c.is_uppercase());
    (2..=4).contains(&words.len()) && is_small && words.last().is_some_and(|word| is_place(&word))
}

/// Makes an optional parameter of what the example request holds and no row describes, so that it is sent.
fn without_rows(
    source: &Source,
    request: &RequestExample,
    parameters: &mut Vec<Parameter>,
    samples: &Samples<'_>,
) {
    let places = request.body.map(|body| shape::json::shape(source, body));
    for (name, sent_in) in samples.names() {
        let is_known = |row: &Parameter| row.name.eq_ignore_ascii_case(&name);
        if parameters.len() >= bound::MAX_PARAMETERS || parameters.iter().any(is_known) {
            continue;
        }
        let Some(value) = samples.of(&name, sent_in) else {
            continue;
        };
        let member = places.as_ref().and_then(|places| places.member(&name));
        let member = member.filter(|_| sent_in == ParameterIn::Body);
        let span = member.map_or(request.span, |member| member.span);
        let mut parameter = Parameter::bare(&name, sent_in, span);
        parameter.optional = true;
        parameter.show(value);
        parameters.push(parameter);
    }
}

/// The text of a section, white space folded.
fn words(page: &Page, title: Title) -> String {
    let Some(section) = page.section(title) else {
        return String::new();
    };
    let source = &page.source;
    let lines = lines_of(source, section.body);
    let mut said = Vec::new();
    let mut rest = lines.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        let count = lines_of_authentication(source, rest);
        if count == 0 {
            said.push(source.slice(*first));
        }
        rest = &behind[count.saturating_sub(1)..];
    }
    folded(&said.join("\n"))
}

/// Reads an example request; where it is none, that costs the page nothing else.
fn request_of(source: &Source, body: Span, unread: &mut Vec<Unread>) -> Option<RequestExample> {
    if body.range().len() > bound::MAX_REQUEST {
        unread.push(Unread {
            offset: body.start,
            expected: format!("an example request of at most {} bytes", bound::MAX_REQUEST),
            found: "a longer one".to_owned(),
        });
        return None;
    }
    let mut example = match request_head(source, body) {
        Ok(example) => example,
        Err(flaw) => {
            unread.push(flaw);
            return None;
        }
    };
    if let Some(body) = &mut example.body
        && let Err(flaw) = check_example(source, body, Format::Json, unread)
    {
        unread.push(flaw);
        // A line in words below the headers is none.
        example.is_body_unread = source.slice(*body).starts_with(['{', '[']);
        example.body = None;
    }
    Some(example)
}

fn request_head(source: &Source, body: Span) -> Result<RequestExample, Unread> {
    let flaw = |offset, expected: &str, found: &str| Unread {
        offset,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let lines = lines_of(source, body);
    let mut lines = lines
        .iter()
        .skip_while(|line| source.slice(**line).trim().is_empty());
    let expected = "a request line such as `GET api/2.0/crm/contact/1234`";
    let Some(line) = lines.next() else {
        return Err(flaw(body.start, expected, "an empty section"));
    };
    let words = source.slice(*line).trim().split_once(' ');
    let is_request = |(method, path): &(&str, &str)| is_method(method) || is_known(method, path);
    let Some((method, path)) = words.filter(is_request) else {
        return Err(flaw(line.start, expected, "another text"));
    };
    let mut headers = Vec::new();
    let mut example = RequestExample {
        method: method.to_ascii_uppercase(),
        path: without_version(path.trim()).to_owned(),
        span: *line,
        headers: Vec::new(),
        body: None,
        is_body_unread: false,
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
            flaw(line.start, expected, "a line without colon")
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
    Ok(example)
}

/// The target of a request line without the version of HTTP behind it (RFC 9112, 3).
fn without_version(target: &str) -> &str {
    let is_version = |word: &str| {
        let number = word.strip_prefix("HTTP/").unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    match target.rsplit_once(' ') {
        Some((path, word)) if is_version(word) => path.trim_end(),
        _ => target,
    }
}

/// A method is a token of capital letters (RFC 9110, 9.1 has no other).
fn is_method(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase())
}

/// Whether a method in other letters stands before what begins as the path of an API.
fn is_known(method: &str, path: &str) -> bool {
    let mut known = METHODS.iter();
    known.any(|one| one.eq_ignore_ascii_case(method))
        && ["/", "api/"].iter().any(|start| path.starts_with(start))
}

fn responses(
    source: &Source,
    body: Span,
    unread: &mut Vec<Unread>,
) -> Result<Vec<ResponseExample>, PageError> {
    let mut responses: Vec<ResponseExample> = Vec::new();
    for line in lines_of(source, body) {
        let text = source.slice(line).trim();
        let is_first = responses.is_empty();
        let announced = label(text).or_else(|| {
            fenced(text).flatten().filter(|format| {
                // Below a media type, a fence says no more.
                responses.iter().all(|earlier| earlier.format != *format)
            })
        });
        if is_first && announced.is_none() && (fenced(text).is_some() || is_of_head(text)) {
            continue;
        }
        match (announced, responses.last_mut()) {
            (Some(format), last) => {
                if let Some(last) = last {
                    last.body.end = line.start;
                }
                if responses.iter().any(|earlier| earlier.format == format) {
                    let found = format!("a second {format} example");
                    let expected = "each format once";
                    return Err(PageError::new(source, line.start, expected, &found));
                }
                // Where its name alone stands, no media type is promised.
                let is_named = media_type(text).is_some();
                let end = if is_named { line.end } else { line.start };
                let start = line.start;
                responses.push(ResponseExample {
                    format,
                    media_type: Span { start, end },
                    body: Span {
                        start: line.end,
                        end: body.end,
                    },
                    shape: None,
                    root: None,
                    booleans: None,
                    is_whole: true,
                    is_of_examples: false,
                    item: None,
                    other_media_types: Vec::new(),
                });
            }
            // One format, and no media type that says which.
            (None, None) if text.starts_with(['{', '[', '<']) => responses.push(ResponseExample {
                format: if text.starts_with('<') {
                    Format::Xml
                } else {
                    Format::Json
                },
                media_type: Span {
                    start: line.start,
                    end: line.start,
                },
                body: Span {
                    start: line.start,
                    end: body.end,
                },
                shape: None,
                root: None,
                booleans: None,
                is_whole: true,
                is_of_examples: false,
                item: None,
                other_media_types: Vec::new(),
            }),
            (None, None) if !text.is_empty() => {
                let expected = "a media type such as `application/json`";
                return Err(PageError::new(source, line.start, expected, "another text"));
            }
            (None, _) => {}
        }
    }
    for response in &mut responses {
        response.body = bare(source, response.body);
        let checked = check_example(source, &mut response.body, response.format, unread);
        checked.map_err(|flaw| PageError::new(source, flaw.offset, &flaw.expected, &flaw.found))?;
    }
    Ok(responses)
}

/// The format of which a line is the label: a media type, or its name.
fn label(line: &str) -> Option<Format> {
    let syntax = media_type(line).and_then(Syntax::of);
    match (syntax, line.strip_suffix(':').unwrap_or(line).trim_end()) {
        (Some(Syntax::Json), _) | (None, "JSON" | "Json") => Some(Format::Json),
        (Some(_), _) | (None, "XML" | "Xml") => Some(Format::Xml),
        (None, _) => None,
    }
}

/// The format that a line names which begins or ends a fence, where it is one.
#[expect(clippy::option_option, reason = "a fence may name none")]
fn fenced(line: &str) -> Option<Option<Format>> {
    let info = line
        .strip_prefix("```")
        .or_else(|| line.strip_prefix("~~~"))?;
    Some(match info.trim().to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "xml" => Some(Format::Xml),
        _ => None,
    })
}

/// Whether a line is the status line of a success.
fn is_of_head(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let version = words.next().is_some_and(|word| word.starts_with("HTTP/"));
    version
        && words
            .next()
            .is_some_and(|code| code.len() == 3 && code.starts_with('2'))
}

/// The body of an example without the fence around it, and the status line and headers above it.
fn bare(source: &Source, body: Span) -> Span {
    let body = trimmed(source, body);
    let lines = lines_of(source, body);
    let text = |line: &Span| source.slice(*line).trim();
    let is_fence = |line: &Span| fenced(text(line)).is_some();
    let mut inside = lines.as_slice();
    while let Some((_, rest)) = inside.split_first().filter(|(first, _)| is_fence(first)) {
        inside = rest;
    }
    if inside.first().is_some_and(|first| is_of_head(text(first))) {
        let begins = |line: &Span| text(line).starts_with(['{', '[', '<']);
        inside = &inside[inside.iter().position(begins).unwrap_or(0)..];
    }
    while let Some((_, rest)) = inside
        .split_last()
        .filter(|(last, _)| is_fence(last) || text(last).is_empty())
    {
        inside = rest;
    }
    let (start, end) = inside
        .first()
        .zip(inside.last())
        .map_or((body.end, body.end), |(first, last)| {
            (first.start, last.end)
        });
    trimmed(source, Span { start, end })
}

/// Sees to it that an example is one of its format, and ends it where another text stands on the lines behind it.
fn check_example(
    source: &Source,
    body: &mut Span,
    format: Format,
    unread: &mut Vec<Unread>,
) -> Result<(), Unread> {
    let check = |body: Span| match format {
        Format::Json => check_json(source, body),
        Format::Xml => check_xml(source, body),
    };
    let checked = check(*body);
    let Some(end) = end_of_example(source.slice(*body), format).filter(|_| checked.is_err()) else {
        return checked;
    };
    let end = body.start + end;
    let behind = Span {
        start: end,
        end: body.end,
    };
    unread.push(Unread {
        offset: trimmed(source, behind).start,
        expected: "nothing behind the example".to_owned(),
        found: "another text".to_owned(),
    });
    body.end = end;
    check(*body)
}

/// Where an example ends that has another text on the lines below it, such as the foot of a site.
fn end_of_example(text: &str, format: Format) -> Option<usize> {
    let end = match format {
        Format::Json => {
            let mut values =
                serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
            values.next()?.ok()?;
            values.byte_offset()
        }
        Format::Xml => end_of_root(text)?,
    };
    let behind = &text[end..];
    let blank = &behind[..behind.len() - behind.trim_start().len()];
    // What is like the example itself is not behind it.
    let is_other = !behind
        .trim_start()
        .starts_with(['{', '[', '<', ',', '}', ']']);
    (blank.contains('\n') && is_other && !behind.trim().is_empty()).then_some(end)
}

/// Where the root element of an XML text ends.
fn end_of_root(text: &str) -> Option<usize> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Eof => return None,
            Event::Empty(_) if depth == 0 => {}
            _ => continue,
        }
        if depth == 0 {
            return usize::try_from(reader.buffer_position()).ok();
        }
    }
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

fn too_much(body: Span, (at, excess): TooMuch) -> Unread {
    Unread {
        offset: body.start + at,
        expected: excess.expected(),
        found: excess.to_string(),
    }
}

fn check_json(source: &Source, body: Span) -> Result<(), Unread> {
    let text = source.slice(body);
    bound::json(text).map_err(|much| too_much(body, much))?;
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return left_out(text).map_or(Ok(()), |at| {
            Err(Unread {
                offset: body.start + at,
                expected: "an example with all that it holds".to_owned(),
                found: "dots for what is left out".to_owned(),
            })
        });
    };
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let offset = body.start + (line_start + error.column().saturating_sub(1)).min(text.len());
    let words = error.to_string();
    let cause = words.split(" at line ").next().unwrap_or(&words);
    Err(Unread {
        offset,
        expected: "a JSON example".to_owned(),
        found: format!("no JSON ({cause})"),
    })
}

/// Where a JSON text has dots in the place of members or items that it leaves out: a member called so, or an item
/// beside others. They are no data; a value of dots is any text.
fn left_out(text: &str) -> Option<usize> {
    let of = |dots: &str| {
        let mut found = text.match_indices(dots);
        let at = found.find(|(at, dots)| {
            let before = text[..*at].trim_end();
            let behind = text[at + dots.len()..].trim_start();
            let is_item = before.ends_with(['[', ',']) && behind.starts_with([',', ']']);
            let is_alone = before.ends_with('[') && behind.starts_with(']');
            let is_member = behind.starts_with(':');
            is_member && before.ends_with(['{', ',']) || is_item && !is_alone
        });
        at.map(|(at, _)| at)
    };
    ["\"...\"", "\"\u{2026}\""].into_iter().filter_map(of).min()
}

pub(super) fn check_xml(source: &Source, body: Span) -> Result<(), Unread> {
    let text = source.slice(body);
    let is_seen = bound::xml(text).map_err(|much| too_much(body, much))?;
    #[expect(clippy::disallowed_methods, reason = "counted by `bound`")]
    let parsed = roxmltree::Document::parse(text);
    let Err(error) = parsed else {
        // What one reader stopped at and the other took has no bounds that anybody saw.
        return if is_seen {
            Ok(())
        } else {
            Err(Unread {
                offset: body.start,
                expected: "an XML example".to_owned(),
                found: "markup that two parsers read in two ways".to_owned(),
            })
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
    Err(Unread {
        offset: line.start + column,
        expected: "an XML example".to_owned(),
        found: format!("no XML ({cause})"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract;

    fn read(text: &str) -> Operation {
        let source = Source::new("page.txt", text);
        let mut contract = contract::of_sources(vec![source]).unwrap();
        contract.operations.remove(0)
    }

    fn body(operation: &Operation, format: Format) -> &str {
        operation
            .source
            .slice(operation.response(format).unwrap().body)
    }

    #[test]
    fn rules_are_no_part_of_a_name() {
        for (path, expected) in [
            ("api/boat/{id:[0-9]+}", "api/boat/{id}"),
            ("api/{a:[0-9]{2}}/x:y/{b}", "api/{a}/x:y/{b}"),
            ("api/boat:7", "api/boat:7"),
            ("api/{a", "api/{a"),
        ] {
            assert_eq!(without_rules(path), expected);
        }
    }

    #[test]
    fn what_stands_in_braces_is_in_the_path() {
        let operation = read(
            "PUT api/boat/{boatid}/berth/{id}\nParameters\nName Description Type Example\n\
             boatId\nsent in body\nBoat number 1\nExample\nPUT api/boat/7/berth/{id}\nReturns\n",
        );
        assert_eq!(operation.path, "api/boat/{boatId}/berth/{id}");
        let [boat, berth] = operation.parameters.as_slice() else {
            panic!("{:?}", operation.parameters)
        };
        assert_eq!(boat.stated_in, Some(ParameterIn::Body));
        assert_eq!(boat.example, "7");
        assert_eq!((berth.stated_in, berth.example.as_str()), (None, ""));
        assert_eq!(operation.path_parameters().count(), 2);
    }

    #[test]
    fn an_example_without_a_media_type_says_what_it_is() {
        let json = read("GET x\nExample Response\n{\"a\": 1}\n");
        assert_eq!(body(&json, Format::Json), "{\"a\": 1}");
        let xml = read("GET x\nExample Response\n\n<a>1</a>");
        assert_eq!(body(&xml, Format::Xml), "<a>1</a>");
        assert_eq!(xml.responses.len(), 1);
    }

    #[test]
    fn what_stands_behind_an_example_is_not_read_and_said() {
        let page = "GET x\nExample Response\napplication/json\n{\"a\": 1}\n\nMore\n\
                    text/xml\n<!-- x --><a><a/></a>\n\nGet Help\nAsk.\n";
        let operation = read(page);
        assert_eq!(body(&operation, Format::Json), "{\"a\": 1}");
        assert_eq!(body(&operation, Format::Xml), "<!-- x --><a><a/></a>");
        let unread: Vec<&str> = operation
            .unread
            .iter()
            .map(|unread| &page[unread.offset..unread.offset + 4])
            .collect();
        assert_eq!(unread, ["More", "Get "]);
        for broken in [
            "{\"a\": 1}\n{\"b\": 2}",
            "{\"a\": 1} more",
            "{\"a\": [1,\n...\n]}",
            "{\"a\": 1}\n, \"b\": 2}",
        ] {
            let text = format!("GET x\nExample Response\napplication/json\n{broken}\n");
            let source = Source::new("page.txt", &text);
            assert!(contract::of_sources(vec![source]).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_table_in_other_words_is_refused_and_never_lost() {
        let read = |page: &str| contract::of_sources(vec![Source::new("page.txt", page)]);
        for (rows, at) in [
            (
                "Parameter\nName Typ Beispiel\nboatId\ngesendet in url\nBoot number 7\n",
                6,
            ),
            ("Argument\tMeaning\nBOATID\tBoat\n", 5),
            ("Параметры\nsize\nпередается в query\n7\n", 6),
            ("Arguments\n\u{2022} boatid\n", 5),
        ] {
            let text = format!(
                "GET api/boat/{{boatid}}\n\nBoats\n{rows}\nGET api/boat/7\nHost: a.example\n\nExample Response\n{{\"a\": 1}}\n"
            );
            let error = read(&text).unwrap_err().0.remove(0);
            assert_eq!(error.at, format!("page.txt:{at}:1"), "{error}");
        }
        for words in [
            "The boat of boatid.",
            "Size\nSent with the body",
            "size\nhow long it is",
        ] {
            let text =
                format!("GET api/boat/{{boatid}}\n\nDescription\n\n{words}\n\nReturns\n\nBoat\n");
            assert!(read(&text).is_ok(), "{words}");
        }
        let bullet = read(
            "GET api/boat/{boatid}\nParameters\nName Description Type Example\n\u{2022} boatid\nsent in url\nBoat number 7\nReturns\nBoat\n",
        );
        let row = &bullet.unwrap().operations[0].parameters[0];
        assert_eq!((row.name.as_str(), row.example.as_str()), ("boatid", "7"));
    }

    #[test]
    fn answers_may_stand_in_fences_below_a_label_or_behind_their_headers() {
        for answer in [
            "JSON\n\n{\"a\": 1}\n\nXML\n\n<a>1</a>\n",
            "```json\n{\"a\": 1}\n```\n\n```xml\n<a>1</a>\n```\n",
            "application/json\n```\n{\"a\": 1}\n```\ntext/xml\n```xml\n<a>1</a>\n```\n",
            "JSON:\nHTTP/1.1 200 OK\nServer: x\n\n{\"a\": 1}\nXML:\n<a>1</a>\n",
        ] {
            let operation = read(&format!("GET x\nExample Response\n\n{answer}"));
            assert_eq!(body(&operation, Format::Json), "{\"a\": 1}", "{answer}");
            assert_eq!(body(&operation, Format::Xml), "<a>1</a>", "{answer}");
            assert!(operation.unread.is_empty(), "{:?}", operation.unread);
        }
        for broken in [
            "JSON\nwords\n",
            "HTTP/1.1 404 Not Found\n\n{\"a\": 1}\n",
            "YAML\na: 1\n",
        ] {
            let text = format!("GET x\nExample Response\n\n{broken}");
            let source = Source::new("page.txt", &text);
            assert!(contract::of_sources(vec![source]).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_body_of_an_example_request_ends_where_its_json_ends() {
        let of = |behind: &str| {
            let page = format!(
                "PUT api/boat\nExample\nPUT api/boat HTTP/1.1\nHost: a.example\n\n{{\n\"name\": \"Ada\"\n}}\n{behind}\n\
                 Returns\nBoat\n"
            );
            read(&page)
        };
        for behind in ["Response", "4. Answer\n\nBoat", "   Try it"] {
            let operation = of(behind);
            let request = operation.request.as_ref().unwrap();
            let body = operation.source.slice(request.body.unwrap());
            assert_eq!(body, "{\n\"name\": \"Ada\"\n}", "{behind}");
            assert_eq!(request.path, "api/boat");
            assert_eq!(operation.parameters[0].example, "Ada");
            let unread: Vec<&str> = operation
                .unread
                .iter()
                .map(|one| one.found.as_str())
                .collect();
            assert_eq!(unread, ["another text"], "{behind}");
        }
        assert!(of("").unread.is_empty());
    }

    #[test]
    fn a_body_that_cannot_be_read_leaves_nothing_out() {
        let of = |body: &str| {
            read(&format!(
                "PUT api/boat\nParameters\nName Description Type Example\nnames\nsent in body\nNames \
                 Dictionary(key:string, value:string) {{\"en\": \"Ada\"}}\ntag\nsent in query\nTags Collection of \
                 strings\ncollection\n[\"a\"]\nExample\nPUT api/boat\n\n{body}\nReturns\nBoat\n"
            ))
        };
        let unread = of("{\"size\": 1, // feet\n}");
        assert!(unread.request.as_ref().unwrap().is_body_unread);
        let [names, tag] = unread.parameters.as_slice() else {
            panic!("{:?}", unread.parameters)
        };
        assert!(unread.requires(names) && names.is_shown());
        assert!(!unread.requires(tag), "the query is read");
        let left_out = of("{\"size\": 1}");
        assert!(!left_out.request.as_ref().unwrap().is_body_unread);
        assert!(!left_out.requires(&left_out.parameters[0]));
    }

    #[test]
    fn dots_for_what_is_left_out_are_no_data() {
        for (json, at) in [
            ("{\"a\": [1, \"...\"]}", Some(10)),
            ("{\"a\": 1, \"...\": \"...\"}", Some(9)),
            ("[\"a\",\n\"\u{2026}\"\n]", Some(6)),
            (
                "{\"a\": \"...\", \"b\": [\"...\"], \"c\": \"more...\"}",
                None,
            ),
            ("{\"a\": [\"b, \\\"...\", 1]}", None),
        ] {
            assert_eq!(left_out(json), at, "{json}");
        }
        let page = "GET x\nExample Response\napplication/json\n{\"a\": [1, \"...\"]}\n";
        let errors = contract::of_sources(vec![Source::new("page.txt", page)]).unwrap_err();
        assert_eq!(errors.0[0].at, "page.txt:4:11");
    }

    #[test]
    fn an_example_request_that_is_none_costs_the_page_nothing_else() {
        for (example, found) in [
            ("As JSON:\n{ name: 1 }", "another text"),
            ("", "an empty section"),
            ("POST x\nwithout a colon\n", "a line without colon"),
            ("POST x\n\nname=\"Ada\"\n", "no JSON"),
        ] {
            let text = format!("POST x\nExample\n{example}\nExample Response\n{{\"a\": 1}}\n");
            let operation = read(&text);
            assert_eq!(operation.unread.len(), 1, "{example}");
            assert!(operation.unread[0].found.starts_with(found), "{example}");
            assert_eq!(operation.responses.len(), 1);
            let is_read = operation.request.is_some();
            assert_eq!(is_read, found == "no JSON", "{example}");
        }
    }
}
