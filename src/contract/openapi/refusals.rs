//! What a document answers with where a request fails: by that a `default` is told from an answer to one that
//! succeeds.

use std::collections::HashSet;

use crate::contract::openapi::tree::At;
use crate::contract::success;

/// So deep are members of refusals looked for: `error`, and what stands in it.
const MAX_DEPTH: usize = 2;
/// So many of them are known by their names.
const MAX_NAMES: usize = 200;

/// The responses and schemas of a document that refusals have and no named success has, by what tells them apart.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    known: HashSet<usize>,
    successes: HashSet<usize>,
}

impl Refusals {
    /// Those of all operations below some paths: what codes of `4xx` and `5xx` have, and `default` beside a success.
    pub(super) fn of<'a>(root: At<'a>, paths: At<'a>) -> Self {
        let mut refusals = HashSet::new();
        let mut successes = HashSet::new();
        let items = paths.entries().filter_map(|(_, item)| root.led(item).ok());
        for operation in items.flat_map(At::entries).map(|(_, operation)| operation) {
            let responses = || operation.get("responses").into_iter().flat_map(At::entries);
            let code = |at: At<'a>| at.text().unwrap_or_default();
            let has_success = responses().any(|(status, _)| success::is_named(code(status)));
            for (status, response) in responses() {
                let code = code(status);
                if success::is_named(code) {
                    successes.extend(parts(root, response).map(|at| at.id));
                } else if code.starts_with(['4', '5']) || code == "default" && has_success {
                    refusals.extend(parts(root, response).map(|at| at.id));
                }
            }
        }
        refusals.retain(|one| !successes.contains(one));
        Self {
            known: refusals,
            successes,
        }
    }

    /// What the members are called that the refusals of an operation have, each once, in the order of the document:
    /// their own ones, and those of objects in them; none of what a success is as a whole.
    pub(super) fn members<'a>(&self, root: At<'a>, operation: At<'a>) -> Vec<String> {
        let responses = operation.get("responses").into_iter().flat_map(At::entries);
        let refused = responses.filter(|(status, _)| {
            let code = status.text().unwrap_or_default();
            code.starts_with(['4', '5']) || code == "default"
        });
        let parts = refused.flat_map(|(_, response)| parts(root, response));
        let mut named = Named {
            root,
            successes: &self.successes,
            seen: HashSet::new(),
            names: Vec::new(),
        };
        for part in parts.filter(|part| self.known.contains(&part.id)) {
            named.add(part, MAX_DEPTH);
        }
        named.names
    }

    /// Whether a response is one of them, or has the schema of one.
    pub(super) fn have<'a>(&self, root: At<'a>, response: At<'a>) -> bool {
        parts(root, response).any(|part| self.known.contains(&part.id))
    }
}

/// Members of schemas, with what was looked at.
struct Named<'a, 's> {
    root: At<'a>,
    successes: &'s HashSet<usize>,
    seen: HashSet<usize>,
    names: Vec<String>,
}

impl<'a> Named<'a, '_> {
    /// The members of a schema, and so many objects further down.
    fn add(&mut self, schema: At<'a>, depth: usize) {
        let schema = self.root.led(schema).unwrap_or(schema);
        let is_known = self.successes.contains(&schema.id) || !self.seen.insert(schema.id);
        if is_known || self.names.len() >= MAX_NAMES {
            return;
        }
        for (name, member) in schema.get("properties").into_iter().flat_map(At::entries) {
            let name = name.text().unwrap_or_default();
            if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
            if depth > 0 {
                self.add(member, depth - 1);
            }
        }
        if let Some(item) = schema.get("items") {
            self.add(item, depth);
        }
        let several = ["allOf", "anyOf", "oneOf"].into_iter();
        for one in several.filter_map(|name| schema.get(name)) {
            one.items().for_each(|part| self.add(part, depth));
        }
    }
}

/// The codes of the refusals that an operation names each by itself, in the order of the document; none where it
/// names all of them at once.
pub(super) fn named(operation: At<'_>) -> Vec<u16> {
    let responses = operation.get("responses").into_iter();
    let names = responses
        .flat_map(At::entries)
        .filter_map(|(name, _)| name.text());
    let refused: Vec<&str> = names.filter(|name| name.starts_with('4')).collect();
    let codes = refused.iter().map(|name| name.parse().ok());
    let codes: Option<Vec<u16>> = codes.collect();
    codes.unwrap_or_default()
}

/// A response and the schemas of its bodies.
fn parts<'a>(root: At<'a>, response: At<'a>) -> impl Iterator<Item = At<'a>> {
    let response = root.led(response).unwrap_or(response);
    let content = response.get("content").into_iter().flat_map(At::entries);
    let schemas = content.filter_map(move |(_, body)| {
        let schema = root.led(body).ok()?.get("schema")?;
        root.led(schema).ok()
    });
    schemas.chain([response])
}
