//! Where a page contradicts itself, or leaves something in doubt.
//!
//! In comes a contract, out come [`Finding`]s with their places. Each page can be read: what stands against
//! something else in it is an error of whoever wrote it, what is only missing or odd a remark.

use std::fmt;

use crate::contract::{
    About, Contract, Format, Of, Operation, Parameter, ParameterIn, braced, path_variables,
};
use crate::level::Level;
use crate::page::shown;
use crate::shape::{self, Kind, Member, Shape, text};
use crate::source::Span;

/// One doubt about a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// [`Level::Deny`] where the page contradicts itself, else [`Level::Warn`].
    pub level: Level,
    /// `file:line:column`.
    pub at: String,
    /// What is doubtful, in a sentence.
    pub message: String,
    /// The line of the page; empty where it is about the file.
    pub line: String,
}

impl Finding {
    /// What it is called.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.level {
            Level::Deny => "error",
            Level::Warn | Level::Allow => "remark",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        write!(f, "{}: {word}: {}", self.at, self.message)?;
        if self.line.is_empty() {
            return Ok(());
        }
        write!(f, "\n  | {}", self.line)
    }
}

/// Looks at every page, in the order of the operations, then at what lies among them and is none.
#[must_use]
pub fn findings(contract: &Contract) -> Vec<Finding> {
    let of_pages = contract.operations.iter().flat_map(of_operation);
    let others = contract.passed_over.iter().map(|file| Finding {
        level: Level::Warn,
        at: file.clone(),
        message: "no page: it has no method and path as a heading, so it is passed over".to_owned(),
        line: String::new(),
    });
    of_pages.chain(others).collect()
}

fn of_operation(operation: &Operation) -> Vec<Finding> {
    let mut lint = Lint {
        operation,
        found: Vec::new(),
        untold: 0,
    };
    lint.authentication();
    lint.path();
    for parameter in &operation.parameters {
        lint.parameter(parameter);
    }
    lint.request();
    lint.responses();
    lint.unread();
    lint.contradictions();
    lint.told()
}

/// How many findings a page gets: each is looked up in the page.
const MAX_FINDINGS: usize = 200;

struct Lint<'a> {
    operation: &'a Operation,
    found: Vec<(Span, Level, String)>,
    /// How many more there are.
    untold: usize,
}

impl Lint<'_> {
    fn add(&mut self, level: Level, span: Span, message: String) {
        if self.found.len() < MAX_FINDINGS {
            self.found.push((span, level, message));
        } else {
            self.untold += 1;
        }
    }

    /// Two parts of the page cannot both be right.
    fn error(&mut self, span: Span, message: String) {
        self.add(Level::Deny, span, message);
    }

    /// Something is missing, odd, or decided by a rule.
    fn remark(&mut self, span: Span, message: String) {
        self.add(Level::Warn, span, message);
    }

    /// The findings in the order of the page.
    fn told(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|(span, ..)| span.start);
        if self.untold > 0 {
            let message = format!("{} more findings on this page are not told", self.untold);
            let heading = self.operation.heading;
            self.found.push((heading, Level::Deny, message));
        }
        let source = &self.operation.source;
        let finding = |(span, level, message): (Span, Level, String)| Finding {
            level,
            at: source.locate(span.start),
            message: shown(&message),
            // A page may be a single line.
            line: source.excerpt(span).line().trim().to_owned(),
        };
        self.found.into_iter().map(finding).collect()
    }

    /// Where nothing is said of a token, none of the requests without one is held against the page.
    fn authentication(&mut self) {
        if self.operation.has_lost_authentication {
            let message = "this form of the page loses the words about authentication, so no refusal without a \
                           token is tried; another form of it beside this one tells"
                .to_owned();
            self.remark(self.operation.heading, message);
        }
    }

    /// Every name in braces has a row, which says that it is sent in the path.
    fn path(&mut self) {
        for row in self.operation.path_parameters() {
            match row.stated_in {
                None => self.remark(
                    self.operation.heading,
                    format!(
                        "the path holds {{{0}}}, but no row describes a parameter `{0}`",
                        row.name
                    ),
                ),
                Some(ParameterIn::Path) => {}
                Some(_) => self.remark(
                    row.span,
                    format!(
                        "`{}` stands in the path, but its row says that it is sent elsewhere",
                        row.name
                    ),
                ),
            }
        }
        let request = self.operation.request.as_ref();
        let query = request.and_then(|request| request.path.split_once('?'));
        let query = query.map_or("", |(_, query)| query);
        for row in &self.operation.parameters {
            // Of what stands behind the question mark, pages say that it is sent in the URL, too.
            let mut shown = url::form_urlencoded::parse(query.as_bytes());
            let is_shown = shown.any(|(name, _)| name.eq_ignore_ascii_case(&row.name));
            let is_in_path = row.stated_in == Some(ParameterIn::Path);
            if row.sent_in == ParameterIn::Query && is_in_path && !is_shown {
                let message = format!(
                    "`{}` is sent in the URL, but the path does not hold it; it is taken for a query parameter",
                    row.name
                );
                self.remark(row.span, message);
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let name = &parameter.name;
        if parameter.type_name.is_empty() && parameter.stated_in.is_some() {
            self.remark(parameter.span, format!("the row of `{name}` names no type"));
        }
        if parameter.example.is_empty() {
            if !parameter.optional && parameter.documented.is_none() {
                let what = if parameter.sent_in == ParameterIn::Path {
                    "a run has to name one"
                } else {
                    "it is sent where a run names one"
                };
                let message = format!("the page gives no example value of `{name}`: {what}");
                self.remark(parameter.span, message);
            }
            return;
        }
        let is_text = parameter
            .documented
            .as_ref()
            .is_none_or(|value| !value.is_array() && !value.is_object());
        if is_text
            && !parameter.cell.is_empty()
            && !parameter
                .cell
                .trim_matches('"')
                .eq_ignore_ascii_case(&parameter.example)
        {
            self.remark(
                parameter.example_span,
                format!(
                    "the example value of `{name}` is `{}` in the table and `{}` in the example request, which is sent",
                    parameter.cell, parameter.example
                ),
            );
        }
        if !parameter.value_type().accepts(&parameter.example) {
            self.error(
                parameter.example_span,
                format!(
                    "the example value `{}` of `{name}` is no {}, as its type, `{}`, says",
                    parameter.example,
                    parameter.value_type().in_words(),
                    parameter.type_name
                ),
            );
        }
        if parameter.is_named_collection() != parameter.flagged {
            self.remark(
                parameter.span,
                format!("the row of `{name}` says `collection` in one place and not in the other"),
            );
        }
    }

    /// The example request is one of this operation, with the examples of the table.
    fn request(&mut self) {
        let Some(request) = &self.operation.request else {
            return;
        };
        for parameter in &self.operation.parameters {
            if parameter.stated_in.is_none() && parameter.sent_in != ParameterIn::Path {
                let message = format!(
                    "the example request holds `{}`, which no row describes; it is sent as shown",
                    parameter.name
                );
                self.remark(parameter.span, message);
            }
        }
        if request.method != self.operation.method {
            let message = format!(
                "the example request is a {}, the heading a {}",
                request.method, self.operation.method
            );
            self.error(request.span, message);
        }
        let path = request.path.split('?').next().unwrap_or_default();
        if !path_variables(&braced(path)).is_empty() {
            self.remark(
                request.span,
                "the example request leaves a name in braces".to_owned(),
            );
        } else if !fits(path, &self.operation.path) {
            self.error(
                request.span,
                "the example request has another path than the heading".to_owned(),
            );
        }
        if let Some(body) = request.body {
            self.body(body);
        } else if self.operation.body_parameters().next().is_some() && !request.is_body_unread {
            let message =
                "parameters are sent in the body, but the example request has none".to_owned();
            self.remark(request.span, message);
        }
    }

    fn body(&mut self, body: Span) {
        let shape = shape::json::shape(&self.operation.source, body);
        for parameter in self.operation.body_parameters() {
            let called = |member: &&Member| member.name.eq_ignore_ascii_case(&parameter.name);
            let exact = shape.member(&parameter.name);
            let Some(member) = exact.or_else(|| shape.members().iter().find(called)) else {
                // What no cell gives, either, is told with its row.
                if !parameter.optional && !parameter.cell.is_empty() {
                    let message = format!("the example body does not hold `{}`", parameter.name);
                    self.error(body, message);
                }
                continue;
            };
            if member.name != parameter.name {
                let message = format!(
                    "the example body spells `{}` as `{}`, which is taken for the same",
                    parameter.name, member.name
                );
                self.remark(member.span, message);
            }
            if parameter.collection != matches!(member.shape.kind, Kind::List(_)) {
                let message = format!(
                    "`{}` is a {} in the example body, the table says otherwise",
                    parameter.name,
                    member.shape.kind.type_of().as_str()
                );
                self.error(member.span, message);
            }
        }
    }

    /// Two sources cannot both be right.
    fn contradictions(&mut self) {
        for one in &self.operation.contradictions {
            let at = &one.at;
            let message = match &one.about {
                About::Answer(format, pointer) => format!(
                    "`{pointer}` has another type in {} at {at}",
                    format.as_str().to_ascii_uppercase()
                ),
                About::Lacking(format, pointer) => format!(
                    "`{pointer}` must be there in {} by the schema of one source, and the example of the other lacks \
                     it; the other place is {at}",
                    format.as_str().to_ascii_uppercase()
                ),
                About::Parameter(name, of) => match of {
                    Of::Type => format!("`{name}` has another type at {at}"),
                    Of::Required => {
                        format!("`{name}` is optional in one source and not in the other, at {at}")
                    }
                    Of::Place => format!("`{name}` is sent elsewhere at {at}"),
                    Of::List => {
                        format!("`{name}` is a list in one source and not in the other, at {at}")
                    }
                    Of::Value => format!("`{name}` has another example value at {at}"),
                    Of::Alone => {
                        format!(
                            "`{name}` is documented in one source and not in the other, at {at}"
                        )
                    }
                },
            };
            let level = match one.about {
                About::Parameter(_, Of::Value | Of::Alone) => Level::Warn,
                _ => Level::Deny,
            };
            self.add(level, one.span, message);
        }
    }

    /// What is not read is said.
    fn unread(&mut self) {
        let operation = self.operation;
        for (flaws, outcome) in [
            (&operation.unread, "it is not read"),
            (&operation.taken, "it is taken as it is meant"),
            (&operation.open, "what stands there may be anything"),
        ] {
            for flaw in flaws {
                let place = Span {
                    start: flaw.offset,
                    end: flaw.offset,
                };
                let (expected, found) = (&flaw.expected, &flaw.found);
                let message = format!("expected {expected}, found {found}: {outcome}");
                self.remark(place, message);
            }
        }
    }

    /// JSON and XML examples show the same members with the same values.
    fn responses(&mut self) {
        let source = &self.operation.source;
        if self.operation.documents_no_answer() && !self.operation.has_no_body {
            let asked = if self.operation.authenticated {
                "nothing but wrong tokens is tried"
            } else {
                "nothing is asked"
            };
            let message = format!("the page documents no answer, so {asked}");
            self.remark(self.operation.heading, message);
        }
        // A schema documents one format.
        let has_schema = self
            .operation
            .responses
            .iter()
            .any(|response| response.shape.is_some() && !response.is_of_examples);
        for format in Format::ALL {
            if self.operation.response(format).is_none()
                && !self.operation.responses.is_empty()
                && !has_schema
            {
                let message = format!("the page has no example response in {format}");
                self.remark(self.operation.heading, message);
            }
        }
        if let Some(response) = self.operation.responses.first() {
            let shape = match (&response.shape, response.format) {
                (Some(shape), _) => Some(shape.as_ref().clone()),
                (None, Format::Json) => Some(shape::json::shape(source, response.body)),
                (None, Format::Xml) => None,
            };
            if let Some(shape) = shape {
                self.evidence(&shape, "");
                if response.shape.is_none() {
                    self.type_words(&shape, "");
                }
                if self.operation.returned_dictionary().is_none() {
                    self.free_names(&shape, "");
                }
            }
        }
        let (Some(json), Some(xml)) = (
            self.operation.response(Format::Json),
            self.operation.response(Format::Xml),
        ) else {
            return;
        };
        if !source.slice(xml.body).trim_start().starts_with('<') {
            // A schema alone says what is in it.
            return;
        }
        let json_shape = shape::json::shape(source, json.body);
        let xml_shape = shape::xml::shape(source, xml.body, Some(&json_shape));
        self.compare(&json_shape, &xml_shape, "", xml.body);
        self.values(&json_shape, json.body, xml.body);
    }

    /// What not all examples of a thing show is taken to be missing at times.
    fn evidence(&mut self, shape: &Shape, path: &str) {
        match &shape.kind {
            Kind::List(item) => self.evidence(item, &format!("{path}/*")),
            Kind::Object(object) => {
                // Of names that are data, each is one of many.
                if object.has_names_of_data() {
                    return;
                }
                for member in &object.members {
                    let path = format!("{path}/{}", member.name);
                    if (1..object.examples.0).contains(&member.seen.0) {
                        let message = format!(
                            "`{path}` is seen in {} of {} examples, so it may be missing",
                            member.seen.0, object.examples.0
                        );
                        self.remark(member.span, message);
                    }
                    self.evidence(&member.shape, &path);
                }
            }
            _ => {}
        }
    }

    /// Words for types in the place of values.
    fn type_words(&mut self, shape: &Shape, path: &str) {
        match &shape.kind {
            Kind::List(item) => self.type_words(item, &format!("{path}/*")),
            Kind::Object(object) => {
                for member in &object.members {
                    let path = format!("{path}/{}", member.name);
                    let shown = self.operation.source.slice(member.span);
                    let shown = shown.trim_end_matches(|c: char| c == ']' || c.is_whitespace());
                    let word = shown
                        .strip_suffix('"')
                        .and_then(|one| one.rsplit('"').next());
                    let is_open = match &member.shape.kind {
                        Kind::List(item) => item.kind.is_open(),
                        kind => kind.is_open(),
                    };
                    if let Some(word) = word.filter(|word| is_open && text::names_type(word)) {
                        let message = format!(
                            "`{path}` shows the name of a type, `{word}`, and no value: any value is taken there"
                        );
                        self.remark(member.span, message);
                    }
                    self.type_words(&member.shape, &path);
                }
            }
            _ => {}
        }
    }

    /// Names that are data by what they look like alone.
    fn free_names(&mut self, shape: &Shape, path: &str) {
        match &shape.kind {
            Kind::List(item) => self.free_names(item, &format!("{path}/*")),
            Kind::Object(object) => {
                if object.has_names_of_data()
                    && let Some(first) = object.members.first()
                {
                    let at = if path.is_empty() { "/" } else { path };
                    let message = format!(
                        "the names of the members of `{at}`, such as `{}`, look like data, so any names are taken \
                         there; `names` in a note of a profile says otherwise",
                        first.name
                    );
                    self.remark(first.span, message);
                }
                for member in &object.members {
                    let path = format!("{path}/{}", member.name);
                    self.free_names(&member.shape, &path);
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, json: &Shape, xml: &Shape, path: &str, xml_span: Span) {
        match (&json.kind, &xml.kind) {
            (Kind::List(json), Kind::List(xml)) => self.compare(json, xml, path, xml_span),
            (Kind::Object(json), Kind::Object(_)) => {
                for member in &json.members {
                    let path = format!("{path}/{}", member.name);
                    let twin = xml.member(&member.name);
                    let twin = twin.or_else(|| xml.member(&text::element_name(&member.name)));
                    match twin {
                        Some(other) => self.compare(&member.shape, &other.shape, &path, other.span),
                        // An empty list shows no element.
                        None if matches!(&member.shape.kind, Kind::List(item) if item.kind == Kind::Unknown) =>
                            {}
                        None => self.error(
                            member.span,
                            format!(
                                "`{path}` stands in the JSON example and not in the XML example"
                            ),
                        ),
                    }
                }
                for member in xml.members() {
                    let name = text::member_name(&member.name);
                    let is_other = |other: &Member| other.name != member.name && other.name != name;
                    if json.members.iter().all(is_other) {
                        let path = format!("{path}/{}", member.name);
                        self.error(
                            member.span,
                            format!(
                                "`{path}` stands in the XML example and not in the JSON example"
                            ),
                        );
                    }
                }
            }
            (json_kind, xml_kind)
                if std::mem::discriminant(json_kind) != std::mem::discriminant(xml_kind) =>
            {
                let message = format!(
                    "`{path}` is a {} in the JSON example and a {} in the XML example",
                    json.kind.type_of().as_str(),
                    xml.kind.type_of().as_str()
                );
                self.error(xml_span, message);
            }
            _ => {}
        }
    }

    /// Leaf by leaf, in the order of the examples.
    fn values(&mut self, shape: &Shape, json: Span, xml: Span) {
        let source = &self.operation.source;
        let Ok(body) = serde_json::from_str::<serde_json::Value>(source.slice(json)) else {
            return;
        };
        #[expect(clippy::disallowed_methods, reason = "pages are bounded by `contract`")]
        let parsed = roxmltree::Document::parse(source.slice(xml));
        let Ok(document) = parsed else {
            return;
        };
        let mut found = Found::new();
        same_values(&body, document.root_element(), shape, &mut found);
        for (level, range, message) in found {
            let span = Span {
                start: xml.start + range.start,
                end: xml.start + range.end,
            };
            self.add(level, span, message);
        }
    }
}

type Found = Vec<(Level, std::ops::Range<usize>, String)>;

fn same_values(
    json: &serde_json::Value,
    node: roxmltree::Node<'_, '_>,
    shape: &Shape,
    found: &mut Found,
) {
    use serde_json::Value;
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                let nodes: Vec<_> = node
                    .children()
                    .filter(|child| child.has_tag_name(text::element_name(name).as_ref()))
                    .collect();
                let Some(member) = shape.member(name) else {
                    continue;
                };
                match (value, &member.shape.kind) {
                    (Value::Array(_) | Value::Object(_), _) if is_printed(value, &nodes) => {
                        let message = format!(
                            "`{name}` is printed as JSON in one element of the XML example; elements of its own are \
                             expected"
                        );
                        found.push((Level::Warn, nodes[0].range(), message));
                    }
                    (Value::Array(items), Kind::List(item)) => {
                        if items.len() != nodes.len() && !nodes.is_empty() {
                            let message = format!(
                                "`{name}` has {} items in the JSON example and {} in the XML example",
                                items.len(),
                                nodes.len()
                            );
                            found.push((Level::Deny, nodes[0].range(), message));
                        }
                        for (value, node) in items.iter().zip(nodes) {
                            same_values(value, node, item, found);
                        }
                    }
                    _ => {
                        if let [node] = nodes.as_slice() {
                            same_values(value, *node, &member.shape, found);
                        }
                    }
                }
            }
        }
        Value::Array(_) => {}
        leaf => {
            let text = shape::xml::text_of(node);
            let same = leaf_text(leaf).is_some_and(|leaf| is_same(&leaf, &text));
            if !same && node.children().all(|child| !child.is_element()) {
                let name = node.tag_name().name();
                found.push((
                    Level::Deny,
                    node.range(),
                    format!(
                        "`{name}` has another value in the XML example than in the JSON example"
                    ),
                ));
            }
        }
    }
}

/// Whether a list or an object of the JSON example stands as such in one element.
fn is_printed(value: &serde_json::Value, nodes: &[roxmltree::Node<'_, '_>]) -> bool {
    let [node] = nodes else { return false };
    let text = shape::xml::text_of(*node);
    text.trim_start().starts_with(['[', '{'])
        && serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|printed| printed == *value)
}

/// Whether two texts mean the same value (docs/inference.md): letter case and white space aside, which
/// renderings of a page change, numbers by value and date-times by moment.
fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let words = text.split_whitespace();
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let (one, other) = (words(one), words(other));
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text::is_number(text));
    let moment = |text: &str| text::date_time(text);
    one == other
        || number(&one).is_some_and(|value| number(&other) == Some(value))
        || moment(&one).is_some_and(|value| moment(&other) == Some(value))
}

/// A scalar as text; `None` for objects and lists.
fn leaf_text(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a path could be made from a template, letter case aside.
fn fits(path: &str, template: &str) -> bool {
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    let template: Vec<&str> = template.trim_matches('/').split('/').collect();
    path.len() == template.len()
        && path
            .iter()
            .zip(template)
            .all(|(path, template)| template.contains('{') || path.eq_ignore_ascii_case(template))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract;
    use crate::source::Source;

    fn told(rows: &str, body: &str, answers: &str) -> Vec<String> {
        let text = format!(
            "PUT api/2.0/tram\n\nParameters\nName Description Type Example\n{rows}\nExample\n\nPUT api/2.0/tram\n\n\
             {body}\n\nReturns\n\nTram\n\nExample Response\n\n{answers}"
        );
        let contract = contract::of_sources(vec![Source::new("page", &text)]).unwrap();
        let findings = findings(&contract).into_iter();
        findings
            .map(|one| format!("{} {}", one.word(), one.message))
            .filter(|one| !one.contains("no example response in"))
            .collect()
    }

    const TRAM: &str = "application/json\n{\"id\": 7}\n";

    #[test]
    fn what_neither_table_nor_example_request_shows_is_told_once() {
        let rows = "bell\nsent in body\n\tIts bell\tAcme.Bell\t\nline\nsent in body\n\tIts line\tstring\tring\n";
        assert_eq!(
            told(rows, "{\"doors\": 2}", TRAM),
            [
                "remark the page gives no example value of `bell`: it is sent where a run names one",
                "error the example body does not hold `line`",
                "remark the example request holds `doors`, which no row describes; it is sent as shown",
            ]
        );
    }

    #[test]
    fn a_word_for_a_type_in_the_place_of_a_value_is_told_and_means_any_value() {
        let told = |json: &str, xml: &str| {
            told(
                "",
                "",
                &format!("application/json\n{json}\n\ntext/xml\n{xml}\n"),
            )
        };
        let json =
            "{\"zoom\": \"integer\", \"in\": [{\"night\": \"Boolean\"}], \"name\": \"string\"}";
        let xml = "<result><zoom>integer</zoom><in><night>Boolean</night></in><name>string</name></result>";
        let remark = |path: &str, word: &str| {
            format!(
                "remark `{path}` shows the name of a type, `{word}`, and no value: any value is taken there"
            )
        };
        assert_eq!(
            told(json, xml),
            [remark("/zoom", "integer"), remark("/in/*/night", "Boolean")]
        );
        let lawful = "{\"integer\": null, \"word\": \"integers\"}";
        assert_eq!(
            told(lawful, "<result><integer /><word>integers</word></result>"),
            [""; 0]
        );
    }

    /// What pages write of a path, and of what is sent in it.
    #[test]
    fn a_row_of_the_url_that_the_path_lacks_is_told_unless_the_request_shows_it_behind_it() {
        let told = |path: &str, request: &str| {
            let text = format!(
                "GET api/2.0/tram/{path}\n\nParameters\nName Description Type Example\nid\nsent in url\nIts ID \
                 number 7\n\nExample\n\nGET api/2.0/tram/{request}\n\nReturns\n\nTram\n\nExample Response\n\n{TRAM}"
            );
            let contract = contract::of_sources(vec![Source::new("page", &text)]).unwrap();
            let path = contract.operations[0].path.clone();
            let found = findings(&contract).into_iter().map(|one| one.message);
            let found: Vec<String> = found
                .filter(|one| !one.contains("no example response in"))
                .collect();
            (path, found)
        };
        for path in [":id", "<id>", "[id]", "%7Bid%7D", "{id}"] {
            assert_eq!(
                told(path, "7"),
                ("api/2.0/tram/{id}".to_owned(), vec![]),
                "{path}"
            );
        }
        assert_eq!(told("line", "line?id=7").1, [""; 0]);
        let (_, found) = told("line", "line");
        assert!(
            found
                .iter()
                .any(|one| one.contains("the path does not hold it")),
            "{found:?}"
        );
        let (path, found) = told(":other", "7");
        assert_eq!(path, "api/2.0/tram/{other}");
        assert!(
            found
                .iter()
                .any(|one| one.contains("the path holds {other}")),
            "{found:?}"
        );
    }

    #[test]
    fn a_success_without_a_body_is_an_answer() {
        let told = |code: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /trams:\n    delete: {{responses: {{'{code}': {{description: Done}}}}}}\n"
            );
            let contract = contract::of_sources(vec![Source::new("trams.yaml", &text)]).unwrap();
            let findings = findings(&contract).into_iter();
            let mut messages = findings.map(|finding| finding.message);
            messages.any(|message| message.contains("documents no answer"))
        };
        assert!(told("200"));
        assert!(!told("204"));
    }

    #[test]
    fn a_namespace_is_no_collection() {
        let row = |stated: &str| format!("stops\nsent in body\n\tIts stops\t{stated}\t\n");
        let body = "{\"stops\": [1]}";
        for stated in [
            "System.Collections.Generic.List{System.Int32}",
            "Acme.Collection.Stops",
        ] {
            assert_eq!(told(&row(stated), body, TRAM), [""; 0], "{stated}");
        }
        assert_eq!(
            told(&row("Collection of numbers"), body, TRAM),
            ["remark the row of `stops` says `collection` in one place and not in the other"]
        );
    }

    #[test]
    fn what_means_the_same_in_both_formats_is_no_contradiction() {
        for (json, xml, is_same) in [
            ("\"a\\r\\nb\"", "a\nb", true),
            ("\"a  b\"", " a b ", true),
            ("1.1", "1.10", true),
            ("0.0", "0", true),
            ("1e3", "1000", true),
            ("5", " 5 ", true),
            (
                "\"2026-01-02T03:04:05.50Z\"",
                "2026-01-02T03:04:05.5Z",
                true,
            ),
            ("\"2026-01-02T03:04:05Z\"", "2026-01-02T04:04:05Z", false),
            ("1.1", "1.11", false),
            ("\"inf\"", "infinity", false),
            ("\"a b\"", "ab", false),
        ] {
            let answers = format!(
                "application/json\n{{\"bell\": {json}}}\ntext/xml\n<result><bell>{xml}</bell></result>\n"
            );
            let found = told("", "", &answers);
            let is_told = found.iter().any(|one| one.contains("has another value"));
            assert_eq!(!is_told, is_same, "{json} {xml}: {found:?}");
        }
    }

    #[test]
    fn a_list_that_is_printed_in_one_element_is_a_remark() {
        let answers = |printed: &str| {
            format!(
                "application/json\n{{\"stops\": [\"quay\", \"mill\"], \"bell\": {{\"loud\": true}}}}\ntext/xml\n\
                 <result>{printed}<bell>{{\"loud\": true}}</bell></result>\n"
            )
        };
        let bell = "remark `bell` is printed as JSON in one element of the XML example; elements of its own are expected";
        assert_eq!(
            told("", "", &answers("<stops>[ \"quay\",\n\"mill\"]</stops>"))[..1],
            [
                "remark `stops` is printed as JSON in one element of the XML example; elements of its own are expected"
            ]
        );
        let found = told("", "", &answers("<stops>[\"quay\"]</stops>"));
        assert!(
            found[0].starts_with("error `stops` has 2 items"),
            "{found:?}"
        );
        assert!(found.iter().any(|one| one == bell), "{found:?}");
    }

    #[test]
    fn a_member_of_another_letter_case_is_the_same_and_one_without_a_row_is_told() {
        let rows = "Name\nsent in body\n\tIts name\tstring\tzed\n";
        assert_eq!(
            told(rows, "{\"name\": \"zed\", \"doors\": 5}", TRAM),
            [
                "remark the example body spells `Name` as `name`, which is taken for the same",
                "remark the example request holds `doors`, which no row describes; it is sent as shown",
            ]
        );
    }
}
