//! A page of a generated site as it is copied: Markdown with JSON Schemas in fences, made into an `OpenAPI`
//! document of one operation.
//!
//! In comes the text of such a page, out comes a document whose places are those of the page. What the
//! page shows in another way than fences is refused with its place.

use crate::page::{METHODS, PageError, lines};
use crate::source::{Rendering, Source, Span};

/// The media type where none is named.
const JSON: &str = "application/json";
/// Words of which a JSON Schema that says anything has one.
const OF_SCHEMAS: [&str; 8] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "oneOf",
    "properties",
    "type",
];

/// Where method and path stand in a line, such as ``**GET** `/api/2.0/boats` ``.
fn heading(source: &Source, line: Span) -> Option<(Span, Span)> {
    let text = source.slice(line);
    let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '`' | '#');
    let mut words = text.split(marks).filter(|word| !word.is_empty());
    let (method, path) = (words.next()?, words.next()?);
    let is_one = METHODS.contains(&method) && path.starts_with('/') && words.next().is_none();
    let is_marked = text.contains(['*', '`']);
    (is_one && is_marked).then(|| (source.span_of(method), source.span_of(path)))
}

/// One fence, and what was said of it.
struct Fence {
    media_type: Option<Span>,
    body: Span,
}

/// One answer.
struct Answer {
    status: Span,
    words: Span,
    fences: Vec<Fence>,
}

/// What a page says.
struct Markdown<'a> {
    source: &'a Source,
    method: Span,
    path: Span,
    description: Vec<Span>,
    request: Vec<Fence>,
    answers: Vec<Answer>,
}

/// Which part of a page a line stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Description,
    Request,
    Answers,
    Other,
}

/// The document of a page, where the text is one.
pub(in crate::contract) fn document(source: &Source) -> Option<Result<Source, PageError>> {
    let text = &source.text;
    // Sites write fences and titles; a page in plain text has neither.
    if !text.contains("\n#") && !text.starts_with('#') {
        return None;
    }
    let lines = lines(text);
    let at = lines
        .iter()
        .position(|line| heading(source, *line).is_some())?;
    let (method, path) = heading(source, lines[at])?;
    let mut page = Markdown {
        source,
        method,
        path,
        description: Vec::new(),
        request: Vec::new(),
        answers: Vec::new(),
    };
    Some(page.read(&lines[at + 1..]).map(|()| page.rendered()))
}

impl Markdown<'_> {
    fn refused(&self, place: Span, expected: &str, found: &str) -> PageError {
        PageError::new(self.source, place.start, expected, found)
    }

    /// Reads what stands below the heading.
    fn read(&mut self, lines: &[Span]) -> Result<(), PageError> {
        let mut part = Part::Description;
        let mut media_type = None;
        let mut rest = lines.iter();
        while let Some(line) = rest.next() {
            let text = self.source.slice(*line).trim();
            if let Some(title) = text.strip_prefix("## ") {
                part = self.part(title)?;
                media_type = None;
            } else if let Some(title) = text.strip_prefix("### ") {
                media_type = None;
                if part == Part::Answers {
                    self.answer(title)?;
                }
            } else if let Some(named) = text.strip_prefix("**Content-Type:**") {
                media_type = Some(self.source.span_of(named.trim()));
            } else if text.starts_with("```") {
                let inside = rest.as_slice();
                let is_end = |line: &Span| self.source.slice(*line).trim() == "```";
                let Some(end) = inside.iter().position(is_end) else {
                    return Err(self.refused(*line, "a fence that ends", "the end of the page"));
                };
                let body = Span {
                    start: inside.first().map_or(line.end, |first| first.start),
                    end: inside[..end].last().map_or(line.end, |last| last.end),
                };
                self.fence(part, Fence { media_type, body })?;
                rest = inside[end + 1..].iter();
            } else if part == Part::Description && !text.is_empty() && !text.starts_with('#') {
                self.description.push(self.source.span_of(text));
            }
        }
        Ok(())
    }

    /// The part that a title opens.
    fn part(&self, title: &str) -> Result<Part, PageError> {
        let words = title.trim().to_lowercase();
        let is = |name: &str| words.starts_with(name);
        if is("request") {
            Ok(Part::Request)
        } else if is("response") {
            Ok(Part::Answers)
        } else if words.contains("parameter") || is("query") || is("path") {
            let place = self.source.span_of(title);
            let expected = "parameters as members of the schema under `Request Body`";
            Err(self.refused(place, expected, "a list of parameters, which is not read"))
        } else {
            Ok(Part::Other)
        }
    }

    /// An answer's title: a status, and words behind it.
    fn answer(&mut self, title: &str) -> Result<(), PageError> {
        let title = title.trim();
        let status = title.split_whitespace().next().unwrap_or_default();
        let words = title[status.len()..]
            .trim_start_matches([' ', '-', ':'])
            .trim();
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            let place = self.source.span_of(title);
            return Err(self.refused(place, "a status such as `200 - Contact`", "another title"));
        }
        self.answers.push(Answer {
            status: self.source.span_of(status),
            words: self.source.span_of(words),
            fences: Vec::new(),
        });
        Ok(())
    }

    fn fence(&mut self, part: Part, fence: Fence) -> Result<(), PageError> {
        let place = match part {
            Part::Request => &mut self.request,
            Part::Answers => match self.answers.last_mut() {
                Some(answer) => &mut answer.fences,
                None => return Ok(()),
            },
            Part::Description | Part::Other => return Ok(()),
        };
        let text = self.source.slice(fence.body);
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
            let line = lines(text).get(error.line().saturating_sub(1)).copied();
            let start = fence.body.start + line.map_or(0, |line| line.start);
            let place = Span { start, end: start };
            return Err(self.refused(place, "JSON in the fence", "no JSON"));
        }
        place.push(fence);
        Ok(())
    }

    /// The document.
    fn rendered(&self) -> Source {
        let mut out = Rendering::default();
        let method = self.source.slice(self.method).to_lowercase();
        out.put("{\"openapi\": \"3.1.0\", \"paths\": {", self.path);
        self.text(&mut out, &[self.path]);
        out.put(": {", self.path);
        out.put(&format!("\"{method}\""), self.method);
        out.put(": {\"description\": ", self.method);
        self.text(&mut out, &self.description);
        let is_refused = |answer: &Answer| self.source.slice(answer.status) == "401";
        if let Some(answer) = self.answers.iter().find(|answer| is_refused(answer)) {
            out.put(", \"security\": [{\"token\": []}]", answer.status);
        }
        if let Some(first) = self.request.first() {
            let place = first.body;
            out.put(", \"requestBody\": {\"content\": ", place);
            self.content(&mut out, &self.request);
            out.put("}", place);
        }
        out.put(", \"responses\": {", self.path);
        for (at, answer) in self.answers.iter().enumerate() {
            out.put(if at == 0 { "" } else { ", " }, answer.status);
            self.text(&mut out, &[answer.status]);
            out.put(": {\"description\": ", answer.words);
            self.text(&mut out, &[answer.words]);
            if !answer.fences.is_empty() {
                out.put(", \"content\": ", answer.words);
                self.content(&mut out, &answer.fences);
            }
            out.put("}", answer.words);
        }
        out.put("}}}}}", self.path);
        self.source.rendered(&out)
    }

    /// Some parts of the page as one text of JSON, divided by blanks.
    fn text(&self, out: &mut Rendering, parts: &[Span]) {
        let texts: Vec<&str> = parts.iter().map(|part| self.source.slice(*part)).collect();
        let from = parts.first().copied().unwrap_or(self.path);
        out.put(&serde_json::Value::from(texts.join(" ")).to_string(), from);
    }

    /// Fences by media type: the first schema and the first example of the first one that is named.
    fn content(&self, out: &mut Rendering, fences: &[Fence]) {
        let Some(first) = fences.first() else { return };
        let named = |fence: &Fence| {
            fence
                .media_type
                .map_or(JSON, |span| self.source.slice(span))
        };
        let wanted = named(first);
        let place = first.media_type.unwrap_or(first.body);
        out.put("{", place);
        out.put(&serde_json::Value::from(wanted).to_string(), place);
        out.put(": {", place);
        let mut known = Vec::new();
        for fence in fences.iter().filter(|fence| named(fence) == wanted) {
            let key = if is_schema(self.source.slice(fence.body)) {
                "schema"
            } else {
                "example"
            };
            if known.contains(&key) {
                continue;
            }
            let divider = if known.is_empty() { "" } else { ", " };
            out.put(&format!("{divider}\"{key}\": "), fence.body);
            out.take(&self.source.text, fence.body);
            known.push(key);
        }
        out.put("}}", place);
    }
}

/// Whether JSON is a schema, and no example.
fn is_schema(text: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    value.is_ok_and(|members| OF_SCHEMAS.iter().any(|word| members.contains_key(*word)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract::{Format, ParameterIn, of_sources};
    use crate::shape::Kind;

    const PAGE: &str = "# Move a tram\n\n**PUT** `/api/tram/{id:[0-9]+}`\n\nMoves a tram\nto a stop.\n\n\
        ## Request Body\n\n**Content-Type:** application/json\n\n```json\n{\n  \"type\": \"object\",\n  \
        \"properties\": {\n    \"id\": {\"type\": \"integer\"},\n    \"stop\": {\"type\": \"string\", \
        \"example\": \"quay\"}\n  }\n}\n```\n\n## Responses\n\n### 200 - Tram\n\n\
        **Content-Type:** application/json\n\n```json\n{\n  \"type\": \"object\",\n  \"properties\": {\n    \
        \"Id\": {\"type\": \"integer\"},\n    \"Stops\": {\"type\": \"array\", \"items\": {\"type\": \
        \"string\"}}\n  }\n}\n```\n\n### 401 - Unauthorized\n";

    #[test]
    fn a_copied_page_is_read_with_its_places() {
        let contract = of_sources(vec![Source::new("tram.md", PAGE)]).unwrap();
        let [operation] = contract.operations.as_slice() else {
            panic!("{contract:?}");
        };
        assert_eq!(operation.id.as_str(), "put-api-tram-id");
        assert!(operation.authenticated);
        assert_eq!(operation.description, "Moves a tram to a stop.");
        let places = operation.parameters.iter();
        let places: Vec<_> = places.map(|row| (row.name.as_str(), row.sent_in)).collect();
        assert_eq!(
            places,
            [("id", ParameterIn::Path), ("stop", ParameterIn::Body)]
        );
        let answer = operation.response(Format::Json).unwrap();
        let shape = answer.shape.as_ref().unwrap();
        assert!(matches!(
            shape.member("Stops").unwrap().shape.kind,
            Kind::List(_)
        ));
        let stops = shape.member("Stops").unwrap();
        assert_eq!(operation.source.locate(stops.span.start), "tram.md:33:5");
        let excerpt = operation.source.excerpt(stops.span).to_string();
        assert!(excerpt.contains("\"Stops\": {\"type\""), "{excerpt}");
    }

    #[test]
    fn what_is_not_read_is_refused_with_its_place() {
        for (old, new, told) in [
            (
                "\"Id\": {",
                "\"Id\" {",
                "tram.md:32:1: expected JSON in the fence",
            ),
            (
                "## Request Body",
                "## Path Parameters",
                "tram.md:8:4: expected parameters as",
            ),
            (
                "### 200 - Tram",
                "### Tram",
                "tram.md:24:5: expected a status",
            ),
            (
                "}\n```\n\n### 401",
                "}\n\n### 401",
                "expected a fence that ends",
            ),
        ] {
            let text = PAGE.replacen(old, new, 1);
            assert_ne!(text, PAGE, "{old}");
            let error = of_sources(vec![Source::new("tram.md", &text)]).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    #[test]
    fn an_example_in_a_fence_is_one() {
        let schema =
            &PAGE[PAGE.rfind("```json\n{").unwrap() + 8..PAGE.rfind("```\n\n### 401").unwrap()];
        let text = PAGE.replace(schema, "{\"Id\": 7, \"Stops\": [\"quay\"]}\n");
        let contract = of_sources(vec![Source::new("tram.md", &text)]).unwrap();
        let operation = &contract.operations[0];
        assert!(
            operation.response(Format::Json).is_some(),
            "{:?}",
            operation.unread
        );
    }

    #[test]
    fn other_texts_are_no_such_pages() {
        for text in [
            "GET api/x\n\nReturns\n\nX\n",
            "# Notes\n\nGET /api/x is slow.\n",
            "# Notes\n\nGET /api/x\n",
            "",
        ] {
            assert!(document(&Source::new("x", text)).is_none(), "{text}");
        }
    }
}
