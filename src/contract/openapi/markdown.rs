//! A page of a generated site as it is copied: Markdown with JSON Schemas in fences, made into an `OpenAPI`
//! document for each of its operations.
//!
//! In comes the text of such a page, out come documents whose places are those of the page. What the
//! page shows in another way than fences is refused with its place.

mod fence;
mod field;
mod status;

use crate::contract::openapi::markdown::field::Field;
use crate::contract::openapi::markdown::status::Stated;
use crate::contract::path_variables;
use crate::page::{METHODS, PageError, is_foreign, lines};
use crate::source::{Rendering, Source, Span};

/// The media type where none is named.
const JSON: &str = "application/json";
/// How deep a title in bold letters is.
const DEEPEST: usize = 7;
/// The status of an answer of which none is said.
const SUCCESS: &str = "200";
/// What titles call an answer, behind words for what it shows.
const OF_ANSWERS: [&str; 4] = ["output", "response", "returns", "answer"];
/// Words before those.
const BEFORE_ANSWERS: [&str; 6] = [
    "example",
    "expected",
    "sample",
    "success",
    "successful",
    "the",
];
/// How titles of what belongs to an answer begin.
const PARTS_OF_ANSWERS: [&str; 7] = [
    "body", "content", "example", "json", "response", "sample", "success",
];
/// What a part about authorization says where there is none.
const NO_AUTHORIZATION: [&str; 4] = ["none", "none.", "not required", "no authorization"];
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
    let is_listed = field::item(text).is_some();
    let is_marked = text.starts_with(['*', '`', '#']) && !is_listed;
    (is_one && is_marked).then(|| (source.span_of(method), source.span_of(path)))
}

/// One fence, and what was said of it.
struct Fence {
    media_type: Option<Span>,
    body: Span,
}

/// One answer.
struct StatedAnswer {
    stated: Stated,
    /// Whether a line says its status, and no title.
    is_of_line: bool,
    fences: Vec<Fence>,
}

/// A fence that is not read.
struct Passed {
    body: Span,
    /// Whether it stands among the answers.
    is_among_answers: bool,
    found: &'static str,
}

/// What a page says.
struct Markdown<'a> {
    source: &'a Source,
    method: Span,
    path: Span,
    description: Vec<Span>,
    /// Parameters and where the title above them says that they are sent.
    fields: Vec<(Field, Option<&'static str>)>,
    request: Vec<Fence>,
    answers: Vec<StatedAnswer>,
    /// The answer that the lines are about, once its status is said.
    current: Option<usize>,
    passed: Vec<Passed>,
    /// Whether a part about authorization says more than that there is none.
    is_authorized: bool,
}

/// Which part of a page a line stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Description,
    /// Parameters, and where they are sent, where the title says so.
    Parameters(Option<&'static str>),
    Request,
    Answers,
    Authorization,
    /// What shows how to ask, or answers of failures.
    Shown,
    Other,
}

/// A title: how deep it is, and its words. One in bold letters alone is below all others.
fn title(text: &str) -> Option<(usize, &str)> {
    let words = text.trim_start_matches('#');
    let level = text.len() - words.len();
    if level > 0 && words.starts_with(' ') {
        return Some((level, words.trim()));
    }
    let bold = text.strip_prefix("**")?.strip_suffix("**")?;
    let bold = bold.trim_end_matches(':');
    (!bold.is_empty() && !bold.contains('*')).then_some((DEEPEST, bold))
}

/// The part that the words of a title open.
fn part(words: &str) -> Option<Part> {
    let words = words.trim_end_matches(':').to_lowercase();
    let is = |name: &str| words.starts_with(name);
    let mut behind = words.split_whitespace();
    let behind = behind.find(|word| !BEFORE_ANSWERS.contains(word));
    let is_answer = behind.is_some_and(|word| OF_ANSWERS.iter().any(|one| word.starts_with(one)));
    if is("path") || is("url param") {
        Some(Part::Parameters(Some("path")))
    } else if is("query") {
        Some(Part::Parameters(Some("query")))
    } else if is("header") || is("cookie") {
        Some(Part::Parameters(Some("header")))
    } else if is("body param") || is("request body") || is("body") || words == "request" {
        Some(Part::Request)
    } else if is("parameter") || is("request parameter") {
        Some(Part::Parameters(None))
    } else if is_answer && (!is("returns") || words == "returns") {
        Some(Part::Answers)
    } else if is("authori") || is("authentication") || is("security") {
        Some(Part::Authorization)
    } else if ["request", "call", "curl", "error"]
        .iter()
        .any(|word| words.contains(word))
    {
        Some(Part::Shown)
    } else {
        None
    }
}

/// The documents of a page, one for each of its operations, where the text is one.
pub(in crate::contract) fn documents(source: &Source) -> Option<Vec<Result<Source, PageError>>> {
    let text = &source.text;
    // Sites write fences and titles; a page in plain text has neither.
    let has_titles = text.contains("\n#") || text.starts_with('#');
    if !has_titles || is_foreign(text) {
        return None;
    }
    let lines = lines(text);
    let headings = headings(source, &lines);
    let ends = headings.iter().skip(1).map(|(at, ..)| *at);
    let ends = ends.chain([lines.len()]);
    let documents = headings
        .iter()
        .zip(ends)
        .map(|((at, method, path), end)| document(source, (*method, *path), &lines[at + 1..end]));
    let documents: Vec<_> = documents.collect();
    (!documents.is_empty()).then_some(documents)
}

/// Where operations begin: the number of the line, and in it method and path. A request of the operation above that
/// stands there as an example is none.
fn headings(source: &Source, lines: &[Span]) -> Vec<(usize, Span, Span)> {
    let mut all: Vec<(usize, Span, Span)> = Vec::new();
    let mut open: Option<&str> = None;
    for (at, line) in lines.iter().enumerate() {
        let text = source.slice(*line).trim();
        match (open, fence::begun(text)) {
            (Some(mark), _) if fence::ends(text, mark) => open = None,
            (Some(_), _) => {}
            (None, Some((mark, _))) => open = Some(mark),
            (None, None) => {
                let Some((method, path)) = heading(source, *line) else {
                    continue;
                };
                let of = |span: &Span| source.slice(*span);
                let is_shown = all.last().is_some_and(|(_, above, template)| {
                    of(above) == of(&method) && is_request_of(of(template), of(&path))
                });
                if !is_shown {
                    all.push((at, method, path));
                }
            }
        }
    }
    all
}

/// Whether a path is that of a request that a template describes.
fn is_request_of(template: &str, path: &str) -> bool {
    let steps = |path: &str| -> Vec<String> {
        let path = path.split('?').next().unwrap_or_default();
        path.trim_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect()
    };
    let (template, path) = (steps(template), steps(path));
    let mut pairs = template.iter().zip(&path);
    let is_same = |(one, other): (&String, &String)| {
        one == other || !path_variables(one).is_empty() && path_variables(other).is_empty()
    };
    template.len() == path.len() && pairs.all(is_same)
}

/// The document of one operation, from the lines below its heading.
fn document(
    source: &Source,
    (method, path): (Span, Span),
    below: &[Span],
) -> Result<Source, PageError> {
    let mut page = Markdown {
        source,
        method,
        path,
        description: Vec::new(),
        fields: Vec::new(),
        request: Vec::new(),
        answers: Vec::new(),
        current: None,
        passed: Vec::new(),
        is_authorized: false,
    };
    page.read(below)?;
    page.told()?;
    Ok(page.rendered())
}

impl Markdown<'_> {
    fn refused(&self, place: Span, expected: &str, found: &str) -> PageError {
        PageError::new(self.source, place.start, expected, found)
    }

    /// Reads what stands below the heading.
    fn read(&mut self, lines: &[Span]) -> Result<(), PageError> {
        let (mut part, mut level, mut of_answer) = (Part::Description, 0, 0);
        let mut media_type = None;
        let mut rest = lines.iter();
        while let Some(line) = rest.next() {
            let text = self.source.slice(*line).trim();
            if let Some((depth, words)) = title(text) {
                media_type = None;
                let is_inside = depth > level && part != Part::Description;
                let opened = self::part(words);
                let opened = opened.filter(|opened| *opened != Part::Shown || !is_inside);
                let is_numbered = words.starts_with(|c: char| c.is_ascii_digit());
                if part == Part::Answers && (is_numbered || depth > level) {
                    if let Some(stated) = status::of(words, self.source) {
                        self.answer(stated, false);
                        of_answer = depth;
                        continue;
                    }
                    let is_part = opened.is_none_or(|opened| opened == Part::Answers);
                    if !is_numbered && is_part && is_part_of_answer(words, depth) {
                        continue;
                    }
                    if is_numbered || of_answer == 0 {
                        let place = self.source.span_of(words);
                        let expected = "a status such as `200 - Contact`";
                        return Err(self.refused(place, expected, "another title"));
                    }
                    if depth > of_answer {
                        continue;
                    }
                }
                match opened {
                    Some(opened) => {
                        (part, level, of_answer) = (opened, depth, 0);
                        self.current = None;
                        let stated = status::of(words, self.source);
                        if let Some(stated) = stated.filter(|_| opened == Part::Answers) {
                            self.answer(stated, false);
                            of_answer = depth;
                        }
                    }
                    // What a part is divided into belongs to it.
                    None if depth > level && part != Part::Description => {}
                    None if depth == DEEPEST => {}
                    None => (part, level) = (Part::Other, depth),
                }
            } else if let Some(named) = text.strip_prefix("**Content-Type:**") {
                media_type = Some(self.source.span_of(named.trim().trim_matches('`')));
            } else if let Some((mark, info)) = fence::begun(text) {
                let inside = rest.as_slice();
                let is_end = |line: &Span| fence::ends(self.source.slice(*line).trim(), mark);
                let Some(end) = inside.iter().position(is_end) else {
                    return Err(self.refused(*line, "a fence that ends", "the end of the page"));
                };
                let body = Span {
                    start: inside.first().map_or(line.end, |first| first.start),
                    end: inside[..end].last().map_or(line.end, |last| last.end),
                };
                self.shown(part, info, Fence { media_type, body })?;
                rest = inside[end + 1..].iter();
            } else if part == Part::Answers
                && let Some(stated) = status::of_line(text, self.source)
            {
                self.answer(stated, true);
            } else if field::is_row(text) {
                let inside = rest.as_slice();
                let is_row = |line: &&Span| field::is_row(self.source.slice(**line).trim());
                let count = inside.iter().take_while(is_row).count();
                let table = [&[*line], &inside[..count]].concat();
                self.table(part, &table)?;
                rest = inside[count..].iter();
            } else if field::item(text).is_some() {
                let inside = rest.as_slice();
                let goes_on = |line: &&Span| {
                    let line = self.source.slice(**line);
                    let is_fence = fence::begun(line.trim()).is_some();
                    let is_in = line.trim().is_empty() || line.starts_with([' ', '\t']);
                    // What is answered may be shown below an item.
                    is_in && !(is_fence && part == Part::Answers)
                };
                let count = inside.iter().take_while(goes_on).count();
                self.item(part, *line, &inside[..count]);
                rest = inside[count..].iter();
            } else if part == Part::Answers && !text.is_empty() {
                let from = lines.len() - rest.as_slice().len() - 1;
                let count = fence::indented(self.source, &lines[from..]);
                if let Some(last) = count.checked_sub(1) {
                    let body = Span {
                        start: line.start,
                        end: lines[from + last].end,
                    };
                    self.shown(part, "", Fence { media_type, body })?;
                    rest = lines[from + count..].iter();
                }
            } else if part == Part::Description && !text.is_empty() {
                self.description.push(self.source.span_of(text));
            } else if part == Part::Authorization && !text.is_empty() {
                self.is_authorized |= !NO_AUTHORIZATION.contains(&text.to_lowercase().as_str());
            }
        }
        Ok(())
    }

    /// A table is one of parameters, or of what this form tells in fences.
    fn table(&mut self, part: Part, lines: &[Span]) -> Result<(), PageError> {
        let place = match part {
            Part::Parameters(place) => place,
            Part::Request => Some("body"),
            Part::Answers => {
                let is_open = self.answers.last().is_some_and(|one| one.fences.is_empty());
                if is_open && field::of_table(self.source, lines).is_some() {
                    let expected = "JSON in a fence for what is answered";
                    return Err(self.refused(lines[0], expected, "a table"));
                }
                return Ok(());
            }
            Part::Description | Part::Authorization | Part::Shown | Part::Other => return Ok(()),
        };
        match field::of_table(self.source, lines) {
            Some(fields) => self
                .fields
                .extend(fields.into_iter().map(|one| (one, place))),
            None if part == Part::Request => {}
            None => {
                let expected = "a table with a column such as `Name`";
                return Err(self.refused(lines[0], expected, "other columns"));
            }
        }
        Ok(())
    }

    /// An item of a list is a parameter where it stands among them, else words.
    fn item(&mut self, part: Part, line: Span, below: &[Span]) {
        let place = match part {
            Part::Parameters(place) => place,
            Part::Request => Some("body"),
            Part::Description => {
                let text = self.source.slice(line).trim();
                self.description.push(self.source.span_of(text));
                return;
            }
            Part::Authorization => {
                self.is_authorized = true;
                return;
            }
            Part::Answers | Part::Shown | Part::Other => return,
        };
        let field = field::of_item(self.source, line, below);
        self.fields.extend(field.map(|field| (field, place)));
    }

    /// What is said of an answer begins here.
    fn answer(&mut self, stated: Stated, is_of_line: bool) {
        let same = self
            .answers
            .iter()
            .position(|one| one.stated.code == stated.code);
        let is_open = |at: usize| {
            let answer = &self.answers[at];
            answer.is_of_line && answer.fences.is_empty() && answer.stated.is_success()
        };
        // Of several that are listed, what is shown below them is the success; what a title says is meant.
        let is_listed = self
            .current
            .is_some_and(|at| is_open(at) || !self.answers[at].is_of_line);
        let at = same.unwrap_or(self.answers.len());
        if same.is_none()
            && (!is_of_line || self.current.is_none_or(|at| self.answers[at].is_of_line))
        {
            self.answers.push(StatedAnswer {
                stated,
                is_of_line,
                fences: Vec::new(),
            });
        }
        if at < self.answers.len() && !(is_of_line && is_listed) {
            self.current = Some(at);
        }
    }

    /// The answer that a fence shows; where no status is said, it is a success.
    fn answer_of(&mut self, fence: &Fence) -> usize {
        if let Some(at) = self.current {
            return at;
        }
        let mut answers = self.answers.iter();
        self.current = answers.position(|answer| answer.stated.is_success());
        if let Some(at) = self.current {
            return at;
        }
        let place = Span {
            start: fence.body.start,
            end: fence.body.start,
        };
        let code = SUCCESS.to_owned();
        let (span, words) = (place, place);
        self.answer(Stated { code, span, words }, false);
        self.current.unwrap_or_default()
    }

    /// What a fence shows, where that is read.
    fn shown(&mut self, part: Part, info: &str, mut fence: Fence) -> Result<(), PageError> {
        let is_among_answers = part == Part::Answers;
        if is_among_answers && let Some((stated, body)) = fence::exchange(self.source, fence.body) {
            self.answer(stated, false);
            if self.source.slice(body).trim().is_empty() {
                return Ok(());
            }
            fence.body = body;
            return self.fence(part, fence);
        }
        let text = self.source.slice(fence.body);
        let is_read = fence::is_json(info, text);
        let is_passed = match part {
            Part::Answers => !is_read,
            Part::Description | Part::Other => true,
            _ => false,
        };
        if is_passed && fence::is_like_an_answer(text) {
            self.passed.push(Passed {
                body: fence.body,
                is_among_answers,
                found: if is_read {
                    "a fence elsewhere"
                } else {
                    "another fence"
                },
            });
        }
        if is_read {
            self.fence(part, fence)
        } else {
            Ok(())
        }
    }

    /// Sees to it that no answer is lost where a fence that shows one is not read.
    fn told(&mut self) -> Result<(), PageError> {
        let successes = self.answers.iter().filter(|one| one.stated.is_success());
        let is_stated = successes.clone().next().is_some();
        let is_shown = successes.clone().any(|one| !one.fences.is_empty());
        let mut passed = self.passed.iter();
        let lost = passed.find(|one| !is_stated || !is_shown && one.is_among_answers);
        if let Some(lost) = lost {
            let expected = "JSON in a fence below a title such as `Responses`";
            return Err(self.refused(lost.body, expected, lost.found));
        }
        for answer in &self.answers {
            let Some(first) = answer.fences.first() else {
                continue;
            };
            let named = |fence: &Fence| fence.media_type.map(|span| self.source.slice(span));
            let is_schema = |fence: &Fence| is_schema(self.source.slice(fence.body));
            for (at, fence) in answer.fences.iter().enumerate().skip(1) {
                let mut before = answer.fences[..at].iter();
                if named(fence) != named(first)
                    || before.any(|one| is_schema(one) == is_schema(fence))
                {
                    self.passed.push(Passed {
                        body: fence.body,
                        is_among_answers: true,
                        found: "another one",
                    });
                }
            }
        }
        Ok(())
    }

    fn fence(&mut self, part: Part, fence: Fence) -> Result<(), PageError> {
        let place = match part {
            Part::Request => &mut self.request,
            Part::Answers => {
                let at = self.answer_of(&fence);
                &mut self.answers[at].fences
            }
            Part::Parameters(place) => {
                let text = self.source.slice(fence.body);
                let Some(fields) = field::of_schema(self.source, text) else {
                    let expected = "a table, a list, or a schema whose properties are parameters";
                    return Err(self.refused(fence.body, expected, "another fence"));
                };
                self.fields
                    .extend(fields.into_iter().map(|one| (one, place)));
                return Ok(());
            }
            Part::Description | Part::Authorization | Part::Shown | Part::Other => return Ok(()),
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
        let is_refused = |answer: &StatedAnswer| answer.stated.code == "401";
        let refused = self.answers.iter().find(|answer| is_refused(answer));
        let refused = refused.map(|answer| answer.stated.span);
        if let Some(place) = refused.or(self.is_authorized.then_some(self.method)) {
            out.put(", \"security\": [{\"token\": []}]", place);
        }
        self.parameters(&mut out);
        if let Some(first) = self.request.first() {
            let place = first.body;
            out.put(", \"requestBody\": {\"content\": ", place);
            self.content(&mut out, &self.request);
            // No page says whether a body may be left out; one of which a part is needed may not.
            let mut fences = self.request.iter();
            let is_needed = fences.any(|fence| needs_members(self.source.slice(fence.body)));
            out.put(&format!(", \"required\": {is_needed}}}"), place);
        } else {
            self.body(&mut out);
        }
        out.put(", \"responses\": {", self.path);
        for (at, answer) in self.answers.iter().enumerate() {
            let Stated { code, span, words } = &answer.stated;
            let divider = if at == 0 { "" } else { ", " };
            out.put(&format!("{divider}\"{code}\""), *span);
            out.put(": {\"description\": ", *words);
            self.text(&mut out, &[*words]);
            if !answer.fences.is_empty() {
                out.put(", \"content\": ", *words);
                self.content(&mut out, &answer.fences);
            }
            out.put("}", *words);
        }
        out.put("}, \"x-unread\": [", self.path);
        for (at, passed) in self.passed.iter().enumerate() {
            let expected = "one example of what is answered, in JSON";
            let told = serde_json::json!({"expected": expected, "found": passed.found});
            let divider = if at == 0 { "" } else { ", " };
            out.put(&format!("{divider}{told}"), passed.body);
        }
        out.put("]}}}}", self.path);
        self.source.rendered(&out)
    }

    /// Where a parameter is sent.
    fn place(&self, field: &Field, below: Option<&'static str>) -> String {
        let stated = below.map(str::to_owned).or_else(|| field.sent_in.clone());
        stated.unwrap_or_else(|| {
            let name = self.source.slice(field.name).to_lowercase();
            let path = self.source.slice(self.path).to_lowercase();
            let is_held = [format!("{{{name}}}"), format!("{{{name}:")];
            let is_held = is_held.iter().any(|held| path.contains(held));
            if is_held { "path" } else { "query" }.to_owned()
        })
    }

    fn parameters(&self, out: &mut Rendering) {
        out.put(", \"parameters\": [", self.path);
        let mut divider = "";
        for (field, below) in &self.fields {
            let place = self.place(field, *below);
            if place == "body" {
                continue;
            }
            out.put(divider, field.name);
            out.put("{\"name\": ", field.name);
            self.text(out, &[field.name]);
            let mut rest = serde_json::json!({
                "in": place,
                "required": field.is_required || place == "path",
                "description": field.description,
                "schema": field.schema,
            });
            if let Some(example) = &field.example {
                rest["example"] = example.clone();
            }
            let rest = rest.to_string();
            out.put(&format!(", {}", &rest[1..]), field.name);
            divider = ", ";
        }
        out.put("]", self.path);
    }

    /// The body that a table or a list describes.
    fn body(&self, out: &mut Rendering) {
        let is_sent =
            |(field, below): &&(Field, Option<&'static str>)| self.place(field, *below) == "body";
        let fields: Vec<&Field> = self
            .fields
            .iter()
            .filter(is_sent)
            .map(|(field, _)| field)
            .collect();
        let Some(first) = fields.first() else { return };
        let schema = format!(
            ", \"requestBody\": {{\"content\": {{\"{JSON}\": {{\"schema\": {{\"type\": \"object\", \"properties\": {{"
        );
        out.put(&schema, first.name);
        for (at, field) in fields.iter().enumerate() {
            out.put(if at == 0 { "" } else { ", " }, field.name);
            self.text(out, &[field.name]);
            let mut schema = field.schema.clone();
            schema["description"] = field.description.as_str().into();
            if let Some(example) = &field.example {
                schema["example"] = example.clone();
            }
            out.put(&format!(": {schema}"), field.name);
        }
        let needed = fields.iter().filter(|field| field.is_required);
        let needed: Vec<&str> = needed.map(|field| self.source.slice(field.name)).collect();
        let is_needed = !needed.is_empty();
        let needed = serde_json::Value::from(needed);
        let end = format!("}}, \"required\": {needed}}}}}}}, \"required\": {is_needed}}}");
        out.put(&end, first.name);
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

/// Whether a title among the answers is of what belongs to one: its words are those for it, or stand in bold letters.
fn is_part_of_answer(words: &str, depth: usize) -> bool {
    let words = words.to_lowercase();
    depth == DEEPEST || PARTS_OF_ANSWERS.iter().any(|one| words.starts_with(one))
}

/// Whether JSON is a schema, and no example.
fn is_schema(text: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    value.is_ok_and(|members| OF_SCHEMAS.iter().any(|word| members.contains_key(*word)))
}

/// Whether a schema names members that must stand.
fn needs_members(text: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    let value = value.unwrap_or_default();
    let names = value.get("required").and_then(serde_json::Value::as_array);
    names.is_some_and(|names| !names.is_empty()) && value.contains_key("properties")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract::{Format, ParameterIn, ParameterType, of_sources};
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
                "### 200 - Tram",
                "### Tram",
                "tram.md:24:5: expected a status",
            ),
            (
                "## Request Body",
                "## Query\n\n| A | B |\n|---|---|\n| x | y |\n\n## Request Body",
                "tram.md:10:1: expected a table with a column",
            ),
            (
                "**Content-Type:** application/json\n\n```json\n{\n  \"type\": \"object\",\n  \"properties\": {\n    \"Id\"",
                "| Field | Type |\n|---|---|\n| Id | integer |\n\n```json\n{\"properties\": {\"Id\"",
                "tram.md:26:1: expected JSON in a fence for what is answered, found a table",
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
    fn parameters_stand_in_tables_lists_and_schemas() {
        let body = &PAGE[PAGE.find("## Request Body").unwrap()..PAGE.find("## Responses").unwrap()];
        let parts = [
            "## Path Parameters\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n\
             | `id` | integer | Yes | Tram ID |\n\n### Query\n\n| Name | Type | Required | Description | Example |\n\
             |---|---|---|---|---|\n| lines | array of integers | No | Its lines | 7 |\n\n## Body\n\n\
             | Name | Type | Required | Description | Example |\n|---|---|---|---|---|\n\
             | stop | string | Yes | Where to | quay |\n\n",
            "## Parameters\n\n### Path parameters\n\n- **`id` (required)**: `integer`\n\n  Tram ID\n\n\
             **Query parameters**\n\n- **lines** (array of integers): Its lines\n\n**Request body**\n\n\
             - **stop** (string, required) – Where to\n  Example: `quay`\n\n",
            "## Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n\
             | id | path | integer | yes | Tram ID |\n| lines | query | integer[] | no | Its lines |\n\
             | stop | body | string | yes | Where to |\n\n",
            "## Path Parameters\n\n```json\n{\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"integer\", \
             \"description\": \"Tram ID\"}}, \"required\": [\"id\"]}\n```\n\n## Query\n\n```json\n{\"properties\": \
             {\"lines\": {\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"description\": \"Its lines\"}}}\n```\n\n\
             ## Body\n\n```bash\ncurl x\n```\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n\
             | stop | string | Yes | Where to |\n\n",
        ];
        for part in parts {
            let text = PAGE.replace(body, part);
            let contract = of_sources(vec![Source::new("tram.md", &text)]).unwrap();
            let operation = &contract.operations[0];
            let rows = operation.parameters.iter().map(|row| {
                let at = operation.source.locate(row.span.start);
                let line: usize = at.split(':').nth(1).unwrap().parse().unwrap();
                assert!(
                    text.lines().nth(line - 1).unwrap().contains(&row.name),
                    "{at}: {part}"
                );
                let words = row.description.split(" Example").next().unwrap();
                (
                    row.name.as_str(),
                    row.sent_in,
                    row.optional,
                    row.collection,
                    row.value_type(),
                    words.to_owned(),
                )
            });
            let rows: Vec<_> = rows.collect();
            let expected = [
                (
                    "id",
                    ParameterIn::Path,
                    false,
                    false,
                    ParameterType::Integer,
                    "Tram ID".to_owned(),
                ),
                (
                    "lines",
                    ParameterIn::Query,
                    true,
                    true,
                    ParameterType::Integer,
                    "Its lines".to_owned(),
                ),
                (
                    "stop",
                    ParameterIn::Body,
                    false,
                    false,
                    ParameterType::Text,
                    "Where to".to_owned(),
                ),
            ];
            assert_eq!(rows, expected, "{part}");
            assert_eq!(operation.responses.len(), 1, "{:?}", operation.unread);
        }
    }

    /// What a page answers with, by status, and what of it is not read.
    fn answered(answers: &str) -> Result<(Vec<String>, usize), String> {
        let text = format!("# Tram\n\n**GET** `/api/tram`\n\n{answers}\n");
        let source = Source::new("tram.md", &text);
        let contract = of_sources(vec![source]).map_err(|error| error.to_string())?;
        let operation = &contract.operations[0];
        let answer = operation.response(Format::Json);
        let shape = answer.map(|one| crate::shape::json::shape(&operation.source, one.body));
        let names = shape.iter().flat_map(crate::shape::Shape::members);
        let names = names.map(|member| member.name.clone()).collect();
        Ok((names, operation.unread.len()))
    }

    #[test]
    fn an_answer_is_read_whatever_its_title_and_fence_are_called() {
        let fence = "```json\n{\"Id\": 7}\n```\n";
        let listed = "- 200 OK\n- 404 Not found\n\n";
        for answers in [
            format!("## Response\n\n{fence}"),
            format!("## Response 200\n\n{fence}"),
            format!("## Response (200 OK)\n\n{fence}"),
            format!("## Response\n\n`200 OK`\n\n{fence}"),
            format!("## Response\n\nStatus: 200 OK\n\n{fence}"),
            format!("## Success Response\n\n**Code** : `200 OK`\n\n**Content example**\n\n{fence}"),
            format!("## Example Response\n\n{fence}"),
            format!("## Returns\n\nA tram.\n\n{fence}"),
            format!("## Output\n\n{fence}"),
            format!("## Responses\n\n{listed}{fence}"),
            format!("## Responses\n\n### 200 - Tram\n\n#### Body\n\n{fence}\n### 404 - None\n\n```json\n{{\"No\": 1}}\n```\n"),
            "## Response\n\n```http\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"Id\": 7}\n```\n".to_owned(),
            format!("## Response\n\n{}", fence.replace("json", "js")),
            format!("## Response\n\n{}", fence.replace("```", "~~~~")),
            "## Response\n\n- JSON:\n\n  ```json\n  {\"Id\": 7}\n  ```\n".to_owned(),
            "## Response\n\n    {\n      \"Id\": 7\n    }\n\nMore.\n".to_owned(),
        ] {
            let expected = Ok((vec!["Id".to_owned()], 0));
            assert_eq!(answered(&answers), expected, "{answers}");
        }
    }

    #[test]
    fn a_fence_that_is_not_read_is_told_and_never_the_only_answer() {
        let fence = "```json\n{\"Id\": 7}\n```\n";
        let xml = "```xml\n<a/>\n```\n";
        for (answers, unread) in [
            (format!("## Response\n\n{fence}\n{xml}"), 1),
            (format!("## Response\n\n{fence}\n{fence}"), 1),
            (format!("## Response\n\n{fence}\n```bash\ncurl x\n```\n"), 0),
            (
                format!("## Sample request\n\n{fence}\n## Response\n\n{fence}"),
                0,
            ),
            (format!("## Notes\n\n{fence}\n## Response\n\n{fence}"), 1),
        ] {
            let names = vec!["Id".to_owned()];
            assert_eq!(answered(&answers), Ok((names, unread)), "{answers}");
        }
        for (answers, at) in [
            (format!("## Response\n\n{xml}"), "tram.md:8:1"),
            (format!("## Example\n\n{fence}"), "tram.md:8:1"),
            (
                format!("## Responses\n\n### 200 - OK\n\n{xml}"),
                "tram.md:10:1",
            ),
        ] {
            let error = answered(&answers).unwrap_err();
            assert!(
                error.starts_with(&format!("{at}: expected JSON in a fence")),
                "{error}"
            );
        }
        let bodiless = format!("## Notes\n\n{fence}\n## Responses\n\n### 204 - Moved\n");
        assert_eq!(answered(&bodiless), Ok((Vec::new(), 1)));
    }

    #[test]
    fn each_heading_below_another_is_an_operation_of_its_own() {
        let text = "# Trams\n\n## GET /api/tram/{id}\n\n### Parameters\n\n| Name | In | Type |\n|---|---|---|\n\
                    | id | path | integer |\n\n### Example\n\n`GET /api/tram/7`\n\n### Response 200\n\n```json\n\
                    {\"Id\": 7}\n```\n\n## PUT /api/tram/{id}\n\n### Response 200\n\n```\n## GET /api/not\n```\n\n\
                    ## Move trams\n\n**POST** `/api/tram/move`\n\n### Response 201\n\n```json\n{\"Moved\": 7}\n```\n";
        let broken = "```\n## GET /api/not\n```\n\n";
        let good = text.replace(broken, "```\n{}\n```\n\n");
        let contract = of_sources(vec![Source::new("trams.md", &good)]).unwrap();
        let ids = contract.operations.iter().map(|one| one.id.as_str());
        assert_eq!(
            ids.collect::<Vec<_>>(),
            ["get-api-tram-id", "post-api-tram-move", "put-api-tram-id"]
        );
        let moved = &contract.operations[1];
        let at = moved.source.locate(moved.heading.start);
        assert_eq!(at, "trams.md:31:3");
        let errors = of_sources(vec![Source::new("trams.md", text)]).unwrap_err();
        assert_eq!(errors.0.len(), 1, "{errors}");
        assert_eq!(
            errors.0[0].at, "trams.md:26:1",
            "one that cannot be read stops no others"
        );
    }

    #[test]
    fn what_is_said_of_authorization_counts() {
        let page = PAGE.replace("\n### 401 - Unauthorized\n", "");
        for (part, expected) in [
            ("", false),
            ("## Authorization\n\nNone\n\n", false),
            ("## Authorization\n\nAn API key.\n\n", true),
            ("## Security\n\n- token\n\n", true),
        ] {
            let text = page.replace("## Request Body", &format!("{part}## Request Body"));
            let contract = of_sources(vec![Source::new("tram.md", &text)]).unwrap();
            assert_eq!(contract.operations[0].authenticated, expected, "{part}");
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
            "FORMAT: 1A\n\n# GET /api/x\n\n+ Response 200\n",
            "",
        ] {
            assert!(documents(&Source::new("x", text)).is_none(), "{text}");
        }
    }
}
