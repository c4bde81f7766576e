//! What the pages promise: operations, their parameters and their examples.
//!
//! In come [`Page`]s and `OpenAPI` documents, out comes a [`Contract`]: one [`Operation`] for each page and for each
//! path and method of a document, sorted by id, everything with its place in the text. What an example implies for answers is left to [`crate::shape`].

mod bound;
mod defined;
mod location;
mod notation;
mod openapi;
mod parameter;
mod parse;
mod sample;
mod sources;
mod style;
pub(crate) mod success;
mod table;
mod type_cell;
mod type_words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::thread;

pub use defined::Defined;
pub use location::ParameterIn;
pub(crate) use notation::{braced, says_format};
pub use parameter::Parameter;
pub use style::{Serialization, Style};
pub use success::Success;
pub use type_words::ParameterType;

use crate::contract::type_words::kind_of;
use crate::digest::Digest;
use crate::media_type::Syntax;
use crate::page::{Page, PageError, PageFiles, ReadError, is_openapi, without_margin};
use crate::shape::{Kind, Shape};
use crate::shares::side_by_side;
use crate::source::{Source, Span};

/// All operations of a set of pages, sorted by id.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// The operations; no two have the same id.
    pub operations: Vec<Operation>,
    /// Pages that could not be read, in a sentence each: what they document is not in the contract.
    pub unread: Vec<String>,
    /// Files that lie among pages and hold none, by their names.
    pub passed_over: Vec<String>,
    /// The texts that it was made of, those that are no page among them.
    pub texts: Vec<TextDigest>,
}

/// A text that a contract was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextDigest {
    /// Its name, as places in it are shown.
    pub name: Arc<str>,
    /// What tells it from others.
    pub digest: Digest,
}

/// The name of an operation everywhere: test, folder, snapshot, waiver.
///
/// Method, then the path without `api/2.0/` and braces: `get-crm-contact-contactid`. Where two paths have
/// one name so, all but the first in the order of the alphabet end in a number: `get-people-self-2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(String);

/// One documented method and path.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// The page.
    pub source: Source,
    /// Where the heading promises method and path.
    pub heading: Span,
    /// The method, upper case.
    pub method: String,
    /// The path template without slashes around it, such as `api/2.0/crm/contact/{contactid}`.
    pub path: String,
    /// Whether a slash ends it where it is documented: many servers know it in that spelling alone.
    pub ends_in_slash: bool,
    /// Whether the page says that a token is needed.
    pub authenticated: bool,
    /// Whether it says nothing of that, in a form that loses these words.
    pub has_lost_authentication: bool,
    /// Whether a document says that no token is needed, so that it is asked without one.
    pub is_public: bool,
    /// The path of the server that its document names, with which its path begins; without slashes around it, and
    /// empty where none is named.
    pub base: String,
    /// Whether its path or its name says that it takes something away, whatever its method.
    pub takes_away: bool,
    /// Whether a body must be sent, though none of its members has to be.
    pub needs_body: bool,
    /// The media type of the body, with its parameters, where a document says it beside its schema.
    pub body_type: Option<String>,
    /// How a request tells who asks, where the document says it.
    pub asks_for: Option<AskedFor>,
    /// The ways in which it may tell that, where the document says them: each is all that one request must show.
    pub ways: Vec<Vec<AskedFor>>,
    /// What it does, in the page's words; may be empty.
    pub description: String,
    /// The table of parameters, in the page's order.
    pub parameters: Vec<Parameter>,
    /// The headers that each request must have, beside those that say who asks and what is sent and taken.
    pub headers: Vec<Header>,
    /// The example request, where the page has one.
    pub request: Option<RequestExample>,
    /// What is returned, in the page's words; may be empty.
    pub returns: String,
    /// The example responses, at most one of each format.
    pub responses: Vec<ResponseExample>,
    /// Whether a success is documented that has no body, such as 204.
    pub has_no_body: bool,
    /// The status codes of its successes, where its document names some.
    pub success: Success,
    /// Those of its refusals (4xx), where its document names each by itself.
    pub refused: Vec<u16>,
    /// What the members of the refusals are called that its document describes; none of those that answers to a
    /// success have as a whole.
    pub of_refusals: Vec<String>,
    /// What could not be read, and without which the rest holds, in the order of the page.
    pub unread: Vec<Unread>,
    /// What has another form than it should have, and is taken as it is meant.
    pub taken: Vec<Unread>,
    /// References of its answers that lead nowhere: what stands there may be anything.
    pub open: Vec<Unread>,
    /// Where other sources document it otherwise.
    pub contradictions: Vec<Contradiction>,
    /// What the members of its answers are called where its document defines them.
    pub defined: Defined,
}

/// A header that each request must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// The value that is documented for it.
    pub value: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// How a request tells who asks, as a document says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskedFor {
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    Bearer,
    /// `Authorization: Basic ...` (RFC 7617).
    Basic,
    /// A key in a header of this name.
    Header(String),
    /// A key in `Authorization`, as it is.
    Raw,
    /// A key in a cookie of this name.
    Cookie(String),
    /// A key in a parameter of the query of this name.
    Query(String),
    /// In a manner of which no more is known, such as a certificate.
    Otherwise,
}

/// What two sources of one operation say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What that is about.
    pub about: About,
    /// Where the source says it whose operation it is, or that it was taken from.
    pub span: Span,
    /// `file:line:column` of where the other source does.
    pub at: String,
}

/// What two sources say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The type at a place in the answers of a format, `*` for items.
    Answer(Format, String),
    /// A place in the answers of a format that a schema requires, and that an example lacks.
    Lacking(Format, String),
    /// A parameter, by its name.
    Parameter(String, Of),
}

/// What two sources say otherwise of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// What type it has.
    Type,
    /// Whether it must be given.
    Required,
    /// Where it is sent.
    Place,
    /// Whether it is a list.
    List,
    /// Which value is an example.
    Value,
    /// That it is there: one source does not document it.
    Alone,
}

/// A part of a page that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it begins.
    pub offset: usize,
    /// What the grammar of a page asks for at this place.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// The example request of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestExample {
    /// The method of the request line.
    pub method: String,
    /// The path of the request line, as written.
    pub path: String,
    /// Where the request line stands.
    pub span: Span,
    /// Header names and values in the page's order.
    pub headers: Vec<(String, String)>,
    /// The body, where there is one.
    pub body: Option<Span>,
    /// Whether a body is shown that cannot be read, so that nobody knows what it leaves out.
    pub is_body_unread: bool,
}

/// One example response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseExample {
    /// JSON or XML.
    pub format: Format,
    /// Where the media type stands; empty where the page does not name it.
    pub media_type: Span,
    /// Where the body stands.
    pub body: Span,
    /// What a schema says of all answers, with places in the text of the operation; `None` where the body
    /// is all that is known.
    pub shape: Option<Arc<Shape>>,
    /// What its schema calls the root element of XML, where it says so.
    pub root: Option<String>,
    /// What its schema calls the items of a list that is the whole answer in XML, where it says so.
    pub item: Option<String>,
    /// How it says that XML spells true and false, where it says so beside its example.
    pub booleans: Option<[String; 2]>,
    /// Whether that was put together of examples that several sources have.
    pub is_of_examples: bool,
    /// Other media types that are documented for answers in this format, without parameters.
    pub other_media_types: Vec<String>,
    /// Whether it is about whole answers, whatever the profile says that schemas describe.
    pub is_whole: bool,
}

/// The two formats in which an answer is documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `application/json`.
    Json,
    /// `text/xml`.
    Xml,
}

/// What the documents that this program makes say of where they come from.
pub const MADE_BY: &str = "portal-conformance generate";

/// So few texts are read one after the other.
const FEW: usize = 16;

/// Every page that could not be read, in the order of the pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct PageErrors(pub Vec<PageError>);

/// Why there is no contract.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Files cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No text is a page.
    #[error("{}", .0.join("\n"))]
    Unread(Vec<String>),
}

/// Reads pages, or the built-in ones; one that cannot be read stops no others.
///
/// # Errors
///
/// [`LoadError`]: what is named cannot be read, or no page of it can.
pub fn load(files: &PageFiles) -> Result<Contract, LoadError> {
    let read = files.read()?;
    let texts = digests(&read.sources);
    let (operations, errors) = operations(read.sources);
    let unread = read.unread.iter().map(ToString::to_string);
    let unread: Vec<String> = unread
        .chain(errors.iter().map(ToString::to_string))
        .collect();
    if operations.is_empty() && !unread.is_empty() {
        return Err(LoadError::Unread(unread));
    }
    Ok(Contract {
        operations,
        unread,
        passed_over: read.passed_over,
        texts,
    })
}

/// Reads all pages, then fails for all that could not be read.
///
/// ```
/// # use portal_conformance::{contract, source::Source};
/// let page = Source::new("contact.txt", "GET api/2.0/crm/contact/{contactid}\nReturns\nContact\n");
/// let contract = contract::of_sources(vec![page]).unwrap();
/// assert_eq!(contract.operations[0].id.as_str(), "get-crm-contact-contactid");
/// ```
///
/// # Errors
///
/// [`PageErrors`]: one entry for each text that is no page, and for each section that cannot be read.
pub fn of_sources(sources: Vec<Source>) -> Result<Contract, PageErrors> {
    let texts = digests(&sources);
    let (operations, errors) = operations(sources);
    if errors.is_empty() {
        Ok(Contract {
            operations,
            unread: Vec::new(),
            passed_over: Vec::new(),
            texts,
        })
    } else {
        Err(PageErrors(errors))
    }
}

/// What tells the texts from others.
fn digests(sources: &[Source]) -> Vec<TextDigest> {
    let sources = sources.iter();
    let texts = sources.map(|source| TextDigest {
        name: Arc::clone(&source.name),
        digest: Digest::of_text(&source.text),
    });
    texts.collect()
}

/// The operations of one text, and what is wrong with others of it.
type Pages = (Vec<Operation>, Vec<PageError>);

fn read(source: Source) -> Result<Pages, PageError> {
    let source = without_margin(source);
    if is_openapi(&source.text) {
        openapi::operations(&source)
    } else if let Some(documents) = openapi::markdown::documents(&source) {
        let mut all = Pages::default();
        for document in documents {
            let read = document.and_then(|document| openapi::operations(&document));
            match read {
                Ok((operations, wrong)) => {
                    all.0.extend(operations);
                    all.1.extend(wrong);
                }
                Err(error) => all.1.push(error),
            }
        }
        Ok(all)
    } else {
        let page = Page::parse(source);
        page.and_then(|page| Ok((vec![parse::operation(&page)?], Vec::new())))
    }
}

/// What each text says, in their order; many are read side by side.
fn read_all(sources: Vec<Source>) -> Vec<Result<Pages, PageError>> {
    let readers = thread::available_parallelism().map_or(1, usize::from);
    let share = sources.len().div_ceil(readers).max(FEW);
    let read_share = |share: Vec<Source>| share.into_iter().map(read).collect::<Vec<_>>();
    let read = side_by_side(sources, share, read_share);
    read.into_iter().flatten().collect()
}

/// The operations of the texts that are pages, sorted by id, and what is wrong with the others.
fn operations(sources: Vec<Source>) -> (Vec<Operation>, Vec<PageError>) {
    let mut operations: Vec<Operation> = Vec::new();
    let mut errors = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut alike: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for read in read_all(sources) {
        let (read, wrong) = read.unwrap_or_else(|error| (Vec::new(), vec![error]));
        errors.extend(wrong);
        let mut bare: BTreeMap<(String, String), usize> = BTreeMap::new();
        for operation in &read {
            *bare.entry(key_of(operation, true)).or_default() += 1;
        }
        for operation in read {
            let (key, without_names) = (key_of(&operation, false), key_of(&operation, true));
            let same = known.get(&key).copied();
            // Where one source has several, their names tell them apart.
            let is_alone = bare.get(&without_names) == Some(&1);
            let others = alike.entry(without_names).or_default();
            let same = same.or_else(|| match others.as_slice() {
                [only] if is_alone && has_same_variables(&operations[*only], &operation) => {
                    Some(*only)
                }
                _ => None,
            });
            let at = same.unwrap_or(operations.len());
            known.insert(key, at);
            if same.is_some() {
                operations[at] = sources::joined(&operations[at], &operation);
            } else {
                others.push(at);
                operations.push(operation);
            }
        }
    }
    operations.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    tell_apart(&mut operations);
    operations.sort_by(|a, b| a.id.cmp(&b.id));
    (operations, errors)
}

/// What operations have in common that are one, with the names of variables or without.
fn key_of(operation: &Operation, without_names: bool) -> (String, String) {
    // Servers match paths in any letter case.
    let mut path = below_api(&operation.path).to_lowercase();
    if without_names {
        let variables: Vec<String> = path_variables(&path)
            .into_iter()
            .map(str::to_owned)
            .collect();
        for variable in variables {
            path = path.replace(&format!("{{{variable}}}"), "{}");
        }
    }
    (operation.method.clone(), path)
}

/// Whether the variables of two paths may be the same, whatever they are called: a server tells a number from a
/// word.
fn has_same_variables(one: &Operation, other: &Operation) -> bool {
    let in_order = |operation: &Operation| -> Vec<Option<usize>> {
        let variables = path_variables(&operation.path).into_iter();
        variables
            .map(|name| operation.parameters.iter().position(|row| row.name == name))
            .collect()
    };
    let pairs = in_order(one).into_iter().zip(in_order(other));
    let mut rows = pairs
        .filter_map(|(mine, theirs)| Some((&one.parameters[mine?], &other.parameters[theirs?])));
    rows.all(|(mine, theirs)| {
        let is_told = |row: &Parameter| !row.type_name.is_empty();
        !is_told(mine) || !is_told(theirs) || mine.value_type() == theirs.value_type()
    })
}

/// Numbers the operations whose paths differ only in signs that names leave out; all but the first of them.
fn tell_apart(operations: &mut [Operation]) {
    let mut taken = BTreeSet::new();
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    for operation in operations {
        let slug = operation.id.0.clone();
        while !taken.insert(operation.id.clone()) {
            let number = next.entry(slug.clone()).or_insert(2);
            operation.id.0 = format!("{slug}-{number}");
            *number += 1;
        }
    }
}

impl Contract {
    /// What tells the pages behind it from others, whatever their names and order: the digest of their
    /// digests, sorted.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut digests: Vec<Digest> = self.texts.iter().map(|text| text.digest).collect();
        digests.sort_unstable();
        Digest::of_all(&digests)
    }

    /// Why pages could not be read, in a line each.
    pub fn unread_lines(&self) -> impl Iterator<Item = &str> {
        let errors = self.unread.iter();
        errors.map(|error| error.lines().next().unwrap_or_default())
    }

    /// The references of answers that lead nowhere, in a line each.
    pub fn open_lines(&self) -> impl Iterator<Item = String> {
        self.operations.iter().flat_map(|operation| {
            let open = operation.open.iter();
            open.map(|one| format!("{}: {}", operation.source.locate(one.offset), one.found))
        })
    }

    /// The names of all parameters, sorted, each once.
    #[must_use]
    pub fn parameter_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .map(|parameter| parameter.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Operation {
    /// What the values are, where the page says that a dictionary is returned, and whether a list of such is.
    #[must_use]
    pub fn returned_dictionary(&self) -> Option<(bool, Kind)> {
        let words = self.returns.trim();
        let lists = ["List of ", "Collection of ", "Array of "];
        let listed = lists.iter().find_map(|list| words.strip_prefix(list));
        let values = type_cell::dictionary(listed.unwrap_or(words))?;
        Some((listed.is_some(), kind_of(values)))
    }

    /// Whether a schema says what it answers with, and not an example alone.
    #[must_use]
    pub fn has_schema(&self) -> bool {
        let mut answers = self.responses.iter();
        answers.any(|answer| answer.shape.is_some() && !answer.is_of_examples)
    }

    /// The path template as it is documented, without a leading slash.
    #[must_use]
    pub fn documented_path(&self) -> String {
        self.path_ending_in("")
    }

    /// The path template with what asks for a format; without that, as it is documented.
    #[must_use]
    pub fn path_ending_in(&self, ending: &str) -> String {
        let is_bare = ending.is_empty() && self.ends_in_slash;
        format!("{}{}", self.path, if is_bare { "/" } else { ending })
    }

    /// The parameters that stand in the path, in braces.
    pub fn path_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.sent_in == ParameterIn::Path)
    }

    /// The parameters that are sent in the body.
    pub fn body_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.sent_in == ParameterIn::Body)
    }

    /// Whether each request has a parameter: its row says so, and the example request does not leave it out.
    #[must_use]
    pub fn requires(&self, parameter: &Parameter) -> bool {
        let is_shown = parameter.documented.is_some();
        let is_shown = is_shown || !self.may_leave_out(parameter.sent_in);
        !parameter.optional && (is_shown || parameter.sent_in == ParameterIn::Path)
    }

    /// Whether the example request is read at a place, so that what it does not hold there is left out.
    #[must_use]
    pub fn may_leave_out(&self, place: ParameterIn) -> bool {
        let request = self.request.as_ref();
        request.is_some_and(|request| place != ParameterIn::Body || !request.is_body_unread)
    }

    /// The example response of a format.
    #[must_use]
    pub fn response(&self, format: Format) -> Option<&ResponseExample> {
        self.responses
            .iter()
            .find(|response| response.format == format)
    }

    /// Whether no answer is documented in any format, be it that a success has no body.
    #[must_use]
    pub fn documents_no_answer(&self) -> bool {
        self.responses.is_empty()
    }

    /// The media type in which an answer of a format is documented, in lower case and without parameters; `None`
    /// where none is named, or a range of them.
    #[must_use]
    pub fn documented_media_type(&self, format: Format) -> Option<String> {
        let named = self.source.slice(self.response(format)?.media_type);
        let named = named.split(';').next().unwrap_or_default().trim();
        let (kind, name) = named.split_once('/')?;
        let is_one = |part: &str| {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
            !part.is_empty() && part.chars().all(is_of_name)
        };
        let named = named.to_ascii_lowercase();
        // What is known of the other format alone has that one's media type.
        let is_of_format = named.ends_with(format.as_str());
        (is_one(kind) && is_one(name) && is_of_format).then_some(named)
    }

    /// Whether a request may change the portal: anything but a safe method of RFC 9110, 9.2.1, and a GET whose words
    /// say that it takes something away.
    #[must_use]
    pub fn writes(&self) -> bool {
        !is_safe(&self.method) || self.writes_by_get()
    }

    /// Whether it may change the portal though its method is one of reads.
    #[must_use]
    pub fn writes_by_get(&self) -> bool {
        self.method == GET && self.takes_away
    }

    /// Whether it is a GET that changes nothing.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.method == GET && !self.takes_away
    }

    /// What the last step of its path says that is more than a variable.
    #[must_use]
    pub fn last_words(&self) -> String {
        last_words(&self.path)
    }
}

/// The method of reads.
const GET: &str = "GET";

/// What the last step of a path says that is more than a variable.
pub(crate) fn last_words(path: &str) -> String {
    let mut steps = path.rsplit('/').map(|step| {
        let parts = step.split('{');
        let parts = parts.map(|part| part.split_once('}').map_or(part, |(_, after)| after));
        parts.collect::<Vec<_>>().join(" ")
    });
    let step = steps.find(|step| step.chars().any(char::is_alphabetic));
    step.unwrap_or_default()
}

/// Whether a request of a method takes away what is there, or puts something in its place (RFC 9110, 9.3;
/// RFC 5789).
#[must_use]
pub fn replaces(method: &str) -> bool {
    matches!(method, "DELETE" | "PATCH" | "PUT")
}

/// Whether a request of a method asks for no change: a safe one of RFC 9110, 9.2.1, or `QUERY`, which is one by its
/// definition.
#[must_use]
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "QUERY")
}

/// The names in braces in a path template.
#[must_use]
pub fn path_variables(template: &str) -> Vec<&str> {
    let variables = template.split('{').skip(1);
    variables
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// A text with its white space folded.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a slash ends a path that has more than slashes.
fn ends_in_slash(path: &str) -> bool {
    path.ends_with('/') && !path.trim_matches('/').is_empty()
}

/// A path without what every path begins with.
fn below_api(path: &str) -> &str {
    let path = path.trim_matches('/');
    path.strip_prefix("api/2.0/").unwrap_or(path)
}

impl OperationId {
    /// Makes the name of a method and a path.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Self {
        let slug = format!("{method}/{}", below_api(path)).to_lowercase();
        let mut id = String::with_capacity(slug.len());
        for c in slug.chars() {
            match c {
                '{' | '}' => {}
                // `people/@self` is another operation than `people/{self}`.
                c if c.is_alphanumeric() || c == '@' => id.push(c),
                _ if id.ends_with('-') => {}
                _ => id.push('-'),
            }
        }
        Self(id.trim_end_matches('-').to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Format {
    /// Both formats, in the order of the pages.
    pub const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// `json` or `xml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// How media types of it are written.
    #[must_use]
    pub fn syntax(self) -> Syntax {
        match self {
            Self::Json => Syntax::Json,
            Self::Xml => Syntax::Xml,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_operation_is_named_by_method_and_path() {
        let id = OperationId::of("POST", "api/2.0/crm/contact/project/{projectid}");
        assert_eq!(id.as_str(), "post-crm-contact-project-projectid");
        let id = OperationId::of("GET", "/api/2.0/files/@my/{fileId}/");
        assert_eq!(id.as_str(), "get-files-@my-fileid");
    }

    #[test]
    fn paths_that_differ_are_operations_that_differ() {
        let page = |path: &str| Source::new(path, &format!("GET api/2.0/{path}\nReturns\nX\n"));
        let paths = [
            "people/{self}",
            "people/@self",
            "people/self",
            "people-self",
        ];
        let ids = |paths: &[&str]| -> Vec<String> {
            let pages = paths.iter().map(|path| page(path)).collect();
            let operations = of_sources(pages).unwrap().operations;
            let ids = operations.iter().map(|one| one.id.to_string());
            ids.collect()
        };
        assert_eq!(
            ids(&paths),
            [
                "get-people-@self",
                "get-people-self",
                "get-people-self-2",
                "get-people-self-3"
            ]
        );
        let backwards: Vec<&str> = paths.into_iter().rev().collect();
        assert_eq!(ids(&backwards), ids(&paths), "whatever their order");
    }

    #[test]
    fn what_is_sent_in_a_url_that_does_not_hold_it_is_sent_in_the_query() {
        let text = "GET x/{id}\n\nParameters\nName Description Type Example\nid\nsent in url\nWhich number 1\nsize\nsent in url\nHow many number 5\n\nReturns\nX\n";
        let contract = of_sources(vec![Source::new("page", text)]).unwrap();
        let operation = &contract.operations[0];
        let places = operation.parameters.iter().map(|row| row.sent_in);
        let expected = [ParameterIn::Path, ParameterIn::Query];
        assert_eq!(places.collect::<Vec<_>>(), expected);
        let schema =
            crate::schema::files(&contract, &crate::profile::load("as-documented").unwrap());
        let request = schema
            .iter()
            .find(|(path, _)| path.ends_with("request.schema.json"));
        let request: Value = serde_json::from_str(request.unwrap().1).unwrap();
        let properties = &request["properties"];
        assert_eq!(properties["query"]["properties"]["size"]["type"], "integer");
        assert!(properties["path"]["properties"].get("size").is_none());
    }

    #[test]
    fn all_unreadable_pages_are_reported_together() {
        let errors = of_sources(vec![Source::new("a", "x"), Source::new("b", "")]).unwrap_err();
        assert_eq!(errors.0.len(), 2);
    }
}
