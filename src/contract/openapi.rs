//! Operations of an `OpenAPI` document, 3.0 to 3.2 or Swagger 2.0, in YAML or JSON.
//!
//! Each operation gets a text of its own, made of what the document says of it: its heading, its
//! parameters and one answer that keeps its schema. Places in it are shown as those in the document. What
//! is not understood costs the operation its answers, so that nothing is asked of it, and is told; a
//! document that cannot be read at all is refused.

mod answer;
mod branch;
mod chosen;
mod date_form;
mod definitions;
mod domain;
mod expression;
mod form;
mod header;
mod json;
pub(super) mod markdown;
mod meant;
mod refusals;
mod request;
mod sample;
mod schema;
mod serialization;
mod swagger;
#[cfg(test)]
mod tests;
mod tree;
mod written;
mod yaml;

pub(super) use sample::keeps;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::contract::openapi::refusals::Refusals;
use crate::contract::openapi::request::{Rows, is_json};
use crate::contract::openapi::schema::{Direction, Reader, Shared};
use crate::contract::openapi::tree::{At, Tree};
use crate::contract::openapi::written::Written;
use crate::contract::{
    AskedFor, Defined, Operation, OperationId, RequestExample, ResponseExample, Success, Unread,
    below_api, bound, ends_in_slash, folded, is_safe, last_words, parse,
};
use crate::names::doing::takes_away;
use crate::page::PageError;
use crate::shape::{Kind, Shape};
use crate::source::{Original, Source};

/// The members of a path that are operations.
const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];
/// The member of a path that holds those of other methods, by their names (`OpenAPI` 3.2, 4.9).
const OTHER_METHODS: &str = "additionalOperations";
/// The versions that are read.
const VERSIONS: [&str; 3] = ["3.0", "3.1", "3.2"];

/// How long a document in braces may be that is no JSON, in bytes.
const MAX_BRACES: usize = 1_000_000;
/// How many operations a document may have.
const MAX_OPERATIONS: usize = 10_000;

/// Reads all operations of a document; gives also which references to others lead nowhere.
pub(super) fn operations(source: &Source) -> Result<(Vec<Operation>, Vec<PageError>), PageError> {
    let refused = |flaw: Unread| PageError::new(source, flaw.offset, &flaw.expected, &flaw.found);
    let mut tree = tree_of(source).map_err(refused)?;
    if swagger::is_one(tree.root()) {
        tree = swagger::as_openapi(tree).map_err(refused)?;
    }
    let root = tree.root();
    let paths = paths(root).map_err(refused)?;
    let mut document = Document {
        root,
        original: Original::new(source.clone()),
        prefix: prefix(root),
        shared: Shared::default(),
        operations: Vec::new(),
        flaws: Vec::new(),
        lost: Vec::new(),
        told: HashSet::new(),
        members: definitions::members(root),
        refusals: Refusals::of(root, paths),
    };
    for place in document.places(paths) {
        document.operation(&place);
    }
    if document.operations.is_empty() {
        let mut flaws = document.lost.into_iter().chain(document.flaws);
        let flaw = flaws.next();
        return Err(refused(flaw.unwrap_or_else(|| nothing_to_ask(root, paths))));
    }
    let lost = document.lost.into_iter().map(refused).collect();
    Ok((document.operations, lost))
}

fn tree_of(source: &Source) -> Result<Tree, Unread> {
    let text = source.text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        return yaml::read(&source.text);
    }
    // Braces may stand in YAML too, of which all is kept until the outermost ends.
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json || text.len() > MAX_BRACES {
        return json::read(source);
    }
    yaml::read(&source.text).or_else(|_| json::read(source))
}

/// The paths of a document, whose version is one that is read.
fn paths(root: At<'_>) -> Result<At<'_>, Unread> {
    if !root.is_map() {
        return Err(root.unlike("an OpenAPI document"));
    }
    let version = root.text_of("openapi");
    if !VERSIONS.iter().any(|known| {
        version
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }) {
        let place = root.entry("openapi").or_else(|| root.entry("swagger"));
        let found = place.map_or(
            "a document without `openapi`".to_owned(),
            |(name, value)| {
                let [name, value] = [name, value].map(|one| one.text().unwrap_or_default());
                format!("`{name}: {value}` (convert it to 3.1)")
            },
        );
        return Err(Unread {
            offset: place.map_or(root, |(name, _)| name).span().start,
            expected: "OpenAPI 3.0 to 3.2, or Swagger 2.0".to_owned(),
            found,
        });
    }
    match root.get("paths") {
        Some(paths) if paths.is_map() => Ok(paths),
        Some(paths) => Err(paths.unlike("an object of paths")),
        None => Err(nothing_to_ask(root, root)),
    }
}

/// That a document holds no operation, and what it holds instead.
fn nothing_to_ask(root: At<'_>, place: At<'_>) -> Unread {
    let (at, found) = match root.get("webhooks") {
        Some(webhooks) => (webhooks, "`webhooks` alone, which a portal sends"),
        None => (place, "none"),
    };
    flaw(at, "`paths` with operations to ask".to_owned(), found)
}

/// A method as it is sent: those that have a member of their own in capitals, others as they are written.
fn sent_as(method: &str) -> String {
    if METHODS.contains(&method) {
        method.to_ascii_uppercase()
    } else {
        method.to_owned()
    }
}

/// What is wrong with the name of another method: it is one that has its own member, or none that can be sent and
/// named.
fn unlike_other(method: At<'_>) -> Option<Unread> {
    let name = method.text().unwrap_or_default();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_one =
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_of_name);
    let has_own = METHODS.iter().any(|known| known.eq_ignore_ascii_case(name));
    let expected = "a method without a member of its own, of letters, digits, `-` and `_`";
    let found = format!("`{name}`");
    (has_own || !is_one).then(|| flaw(method, expected.to_owned(), &found))
}

/// The path of the first server, below which all paths stand.
fn prefix(place: At<'_>) -> String {
    let server = place
        .get("servers")
        .and_then(|servers| servers.items().next());
    let Some(server) = server else {
        return String::new();
    };
    let mut url = server.text_of("url").to_owned();
    if url.len() > bound::MAX_PATH {
        return String::new();
    }
    for (name, variable) in server.get("variables").into_iter().flat_map(At::entries) {
        let name = format!("{{{}}}", name.text().unwrap_or_default());
        let value = variable.text_of("default");
        if url.len() + value.len() < bound::MAX_PATH {
            url = url.replacen(&name, value, 1);
        }
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url.as_str(),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_matches('/').to_owned()
}

/// A document that is being read.
struct Document<'a> {
    root: At<'a>,
    original: Arc<Original>,
    prefix: String,
    shared: Shared,
    operations: Vec<Operation>,
    /// What is no operation that is read; told with the first that is.
    flaws: Vec<Unread>,
    /// Where references to operations lead nowhere.
    lost: Vec<Unread>,
    /// Where something was told already: schemas are shared.
    told: HashSet<usize>,
    /// What members are called in the schemas that it defines, by where they stand.
    members: HashMap<usize, String>,
    /// What it answers with where requests fail.
    refusals: Refusals,
}

/// An operation and where it stands.
struct Located<'a> {
    method: At<'a>,
    operation: At<'a>,
    item: At<'a>,
    path: String,
    ends_in_slash: bool,
    /// The path of the server.
    base: String,
}

impl<'a> Document<'a> {
    /// The operations of a document; what is none is a flaw.
    fn places(&mut self, paths: At<'a>) -> Vec<Located<'a>> {
        let mut places = Vec::new();
        let mut known = HashSet::new();
        for (path, item) in paths.entries() {
            let name = path.text().unwrap_or_default();
            if name.starts_with("x-") {
                continue;
            }
            let item = match self.root.led(item) {
                Ok(item) if item.is_map() => item,
                Ok(other) => {
                    self.flaws.push(other.unlike("an object of operations"));
                    continue;
                }
                Err(flaw) => {
                    self.lost.push(flaw);
                    continue;
                }
            };
            let known_methods = METHODS.iter().filter_map(|method| item.entry(method));
            let others = item.get(OTHER_METHODS).into_iter().flat_map(At::entries);
            for (is_other, (method, operation)) in known_methods
                .map(|one| (false, one))
                .chain(others.map(|one| (true, one)))
            {
                if let Some(flaw) = unlike_other(method).filter(|_| is_other) {
                    self.flaws.push(flaw);
                    continue;
                }
                match self.place(name, method, operation, item) {
                    Ok(place) if places.len() >= MAX_OPERATIONS => {
                        let expected = format!("at most {MAX_OPERATIONS} operations");
                        self.flaws.push(flaw(place.method, expected, "one more"));
                        return places;
                    }
                    Ok(place) => {
                        // Servers match paths in any letter case.
                        let path = below_api(&place.path).to_lowercase();
                        if known.insert((method.text(), path)) {
                            places.push(place);
                        } else {
                            let expected = "each operation once".to_owned();
                            let found = "another one of this method and path";
                            self.flaws.push(flaw(method, expected, found));
                        }
                    }
                    Err(flaw) => self.flaws.push(flaw),
                }
            }
        }
        places
    }

    fn place(
        &self,
        path: &str,
        method: At<'a>,
        operation: At<'a>,
        item: At<'a>,
    ) -> Result<Located<'a>, Unread> {
        if !operation.is_map() {
            return Err(operation.unlike("an operation"));
        }
        // What stands behind these is no part of a path: a query belongs to the parameters, and a fragment is
        // never sent (RFC 3986, 3.3 to 3.5).
        if let Some(mark) = path.chars().find(|c| matches!(c, '?' | '#')) {
            let found = format!("one with `{mark}` in it");
            let expected = "a path without query and fragment";
            return Err(flaw(method, expected.to_owned(), &found));
        }
        let nearest = [operation, item]
            .into_iter()
            .find(|at| at.get("servers").is_some());
        let prefix = nearest.map_or_else(|| self.prefix.clone(), prefix);
        let path = format!("{prefix}/{}", path.trim_start_matches('/'));
        let ends_in_slash = ends_in_slash(&path);
        let path = path.trim_matches('/');
        if path.len() > bound::MAX_PATH {
            let expected = format!("a path of at most {} bytes", bound::MAX_PATH);
            return Err(flaw(method, expected, "a longer one"));
        }
        Ok(Located {
            method,
            operation,
            item,
            path: parse::without_rules(path),
            ends_in_slash,
            base: prefix,
        })
    }

    /// What the members of answers are called in the schemas that the document defines.
    fn defined(&self, source: &Source, answers: &[ResponseExample]) -> Defined {
        let mut all = Vec::new();
        for shape in answers.iter().filter_map(|answer| answer.shape.as_deref()) {
            places(shape, &mut all);
        }
        let named = all.into_iter().filter_map(|at| {
            let name = self.members.get(&source.in_original(at)?)?;
            Some((at, name.clone()))
        });
        Defined::of(named)
    }

    fn operation(&mut self, place: &Located<'a>) {
        let (operation, heading) = (place.operation, place.method.span());
        let method = sent_as(place.method.text().unwrap_or_default());
        let mut text = Written::default();
        let mut flaws = Vec::new();
        let mut reader = Reader::new(self.root, Direction::Request, &mut self.shared);
        let said = Token::of(operation, self.root);
        let is_authenticated = said == Token::Needed;
        let lists = [place.item.get("parameters"), operation.get("parameters")];
        let mut rows = Rows::listed(self.root, lists, is_authenticated, &mut reader, &mut flaws);
        let (wrong, left_out) = rows.body_of(self.root, operation, &mut reader);
        flaws.extend(wrong);
        let mut told = reader.told;
        told.extend(left_out);
        // What is sent is described, not judged.
        told.append(&mut reader.open_ends);
        let mut taken = reader.taken;
        let headers = rows.headers();
        let body_type = rows.body_type.take();
        let path = rows.bind(&place.path, heading);
        let end = if place.ends_in_slash { "/" } else { "" };
        let heading_span = text.line(&format!("{method} {path}{end}"), heading);
        let parameters = rows.written(&mut text, heading).unwrap_or_else(|flaw| {
            flaws.push(flaw);
            Vec::new()
        });
        let headers = headers.into_iter();
        let headers = headers.map(|header| header.written(&mut text)).collect();
        let request = example_request(operation, &mut text);
        let mut reader = Reader::new(self.root, Direction::Answer, &mut self.shared);
        let answer = answer::read(self.root, operation, &self.refusals, &mut reader);
        told.append(&mut reader.told);
        taken.append(&mut reader.taken);
        let mut open = reader.open_ends;
        for flaws in [&mut told, &mut taken, &mut open] {
            flaws.retain(|flaw| self.told.insert(flaw.offset));
        }
        let mut responses = Vec::new();
        let (mut returns, mut has_no_body) = ("", false);
        let mut success = Success::default();
        match answer {
            Ok(Some(answer)) => {
                returns = answer.words;
                has_no_body = answer.has_no_body;
                success.clone_from(&answer.success);
                match answer.written(&mut text) {
                    Ok(written) => responses = written,
                    Err(flaw) => flaws.push(flaw),
                }
            }
            Ok(None) => {}
            Err(flaw) => flaws.push(flaw),
        }
        if !flaws.is_empty() {
            responses.clear();
            // What cannot be asked for as it is documented is not asked.
            has_no_body = false;
            told.append(&mut open);
        }
        let unread = [std::mem::take(&mut self.flaws), flaws, told];
        let unread = unread.into_iter().flatten().chain(passed_over(operation));
        let unread = unread.map(|flaw| text.unread(flaw)).collect();
        let [taken, open]: [Vec<Unread>; 2] =
            [taken, open].map(|flaws| flaws.into_iter().map(|flaw| text.unread(flaw)).collect());
        let words = operation.get("description").or(operation.get("summary"));
        let source = text.source(&self.original);
        let defined = self.defined(&source, &responses);
        self.operations.push(Operation {
            id: OperationId::of(&method, &path),
            source,
            heading: heading_span,
            authenticated: is_authenticated,
            has_lost_authentication: false,
            is_public: said == Token::NotNeeded,
            base: place.base.clone(),
            // The names of operations begin with their method, be it DELETE.
            takes_away: takes_away(&last_words(&path))
                || is_safe(&method) && takes_away(operation.text_of("operationId")),
            needs_body: needs_body(operation, self.root),
            body_type,
            asks_for: asks_for(&ways(operation, self.root)),
            ways: ways(operation, self.root),
            refused: refusals::named(operation),
            of_refusals: self.refusals.members(self.root, operation),
            description: folded(words.and_then(At::text).unwrap_or_default()),
            returns: folded(returns),
            method,
            path,
            ends_in_slash: place.ends_in_slash,
            parameters,
            headers,
            request,
            responses,
            has_no_body,
            success,
            unread,
            taken,
            open,
            contradictions: Vec::new(),
            defined,
        });
    }
}

/// Where the names of all members in a shape stand.
fn places(shape: &Shape, all: &mut Vec<usize>) {
    match &shape.kind {
        Kind::List(item) => places(item, all),
        Kind::Object(object) => {
            all.extend(object.members.iter().map(|member| member.span.start));
            object.shapes().for_each(|shape| places(shape, all));
        }
        _ => {}
    }
}

/// What the page of which a document was made shows and that is not in it.
fn passed_over(operation: At<'_>) -> impl Iterator<Item = Unread> {
    let listed = operation.get("x-unread").into_iter().flat_map(At::items);
    listed.map(|one| {
        flaw(
            one,
            one.text_of("expected").to_owned(),
            one.text_of("found"),
        )
    })
}

/// The example request of a page, as the document that was made of it has it.
fn example_request(operation: At<'_>, text: &mut Written) -> Option<RequestExample> {
    let place = operation.get("x-example-request")?;
    let of = |name| place.text_of(name);
    let (method, path) = (of("method"), of("path"));
    let line = format!("{method} {path}");
    let span = text.line(&line, place.span());
    let headers = place.get("headers").into_iter().flat_map(At::items);
    let headers = headers.map(|header| {
        let of = |name| header.text_of(name).to_owned();
        (of("name"), of("value"))
    });
    Some(RequestExample {
        method: method.to_owned(),
        path: path.to_owned(),
        span,
        headers: headers.collect(),
        body: place
            .get("body")
            .and_then(At::text)
            .map(|body| text.line(body, place.span())),
        is_body_unread: place.get("x-body-unread").is_some(),
    })
}

fn flaw(at: At<'_>, expected: String, found: &str) -> Unread {
    Unread {
        offset: at.span().start,
        expected,
        found: found.to_owned(),
    }
}

/// Whether a body in JSON must be sent.
fn needs_body(operation: At<'_>, root: At<'_>) -> bool {
    let body = operation.get("requestBody");
    let body = body.and_then(|body| root.led(body).ok());
    body.is_some_and(|body| {
        let mut content = body.get("content").into_iter().flat_map(At::entries);
        form::means(body, "required")
            && content.any(|(name, _)| is_json(name.text().unwrap_or_default()))
    })
}

/// The ways in which a request may tell who asks, by the requirements of the operation, else of the document.
fn ways(operation: At<'_>, root: At<'_>) -> Vec<Vec<AskedFor>> {
    let listed = operation.get("security").or_else(|| root.get("security"));
    let schemes = root.get("components");
    let schemes = schemes.and_then(|components| components.get("securitySchemes"));
    let (Some(listed), Some(schemes)) = (listed, schemes) else {
        return Vec::new();
    };
    let shown = |name: At<'_>| {
        let scheme = schemes.get(name.text()?)?;
        Some(shown_by(root.led(scheme).ok()?))
    };
    let ways = listed.items().map(|way| {
        let all = way.entries().map(|(name, _)| shown(name));
        all.map(|one| one.unwrap_or(AskedFor::Otherwise)).collect()
    });
    ways.collect()
}

/// How a scheme has a token shown.
fn shown_by(scheme: At<'_>) -> AskedFor {
    let of = |name| scheme.text_of(name).to_ascii_lowercase();
    let name = || scheme.text_of("name").to_owned();
    match (
        of("type").as_str(),
        of("scheme").as_str(),
        of("in").as_str(),
    ) {
        ("http", "bearer", _) | ("oauth2" | "openidconnect", ..) => AskedFor::Bearer,
        ("http", "basic", _) => AskedFor::Basic,
        ("apikey", _, "header") if of("name") == "authorization" => AskedFor::Raw,
        ("apikey", _, "header") => AskedFor::Header(name()),
        ("apikey", _, "cookie") => AskedFor::Cookie(name()),
        ("apikey", _, "query") => AskedFor::Query(name()),
        _ => AskedFor::Otherwise,
    }
}

/// How the first of the ways has it that an account can be sent in.
fn asks_for(ways: &[Vec<AskedFor>]) -> Option<AskedFor> {
    let mut all = ways.iter().flatten();
    let is_sent = |one: &&AskedFor| {
        matches!(
            one,
            AskedFor::Bearer | AskedFor::Basic | AskedFor::Raw | AskedFor::Header(_)
        )
    };
    all.find(is_sent).cloned()
}

/// What a document says of the token of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Needed,
    NotNeeded,
    Unsaid,
}

impl Token {
    /// By the requirements of the operation, else by those of the document (`OpenAPI` 3.1, 4.8.10 and 4.8.30): where
    /// each is empty, nobody needs a token. One that is empty beside others lets in who has an account and who has
    /// none, and either may see what the other does not. Where there are none, nothing is said: documents forget
    /// them.
    fn of(operation: At<'_>, root: At<'_>) -> Self {
        let listed = operation.get("security").or_else(|| root.get("security"));
        let is_unsaid = operation.text_of("x-authentication") == "unsaid";
        let Some(ways) = listed.filter(|listed| listed.is_list() && !is_unsaid) else {
            return Self::Unsaid;
        };
        let is_empty = |way: &At<'_>| way.entries().next().is_none();
        let (empty, asking): (Vec<At<'_>>, Vec<_>) = ways.items().partition(is_empty);
        match (empty.is_empty(), asking.is_empty()) {
            (_, true) => Self::NotNeeded,
            (true, false) => Self::Needed,
            (false, false) => Self::Unsaid,
        }
    }
}
