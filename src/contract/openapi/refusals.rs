//! What a document answers with where a request fails: by that a `default` is told from an answer to one that
//! succeeds.

use std::collections::HashSet;

use crate::contract::openapi::tree::At;
use crate::contract::success;

/// The responses and schemas of a document that refusals have and no named success has, by what tells them apart.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    known: HashSet<usize>,
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
                    successes.extend(parts(root, response));
                } else if code.starts_with(['4', '5']) || code == "default" && has_success {
                    refusals.extend(parts(root, response));
                }
            }
        }
        refusals.retain(|one| !successes.contains(one));
        Self { known: refusals }
    }

    /// Whether a response is one of them, or has the schema of one.
    pub(super) fn have<'a>(&self, root: At<'a>, response: At<'a>) -> bool {
        parts(root, response).any(|part| self.known.contains(&part))
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
fn parts<'a>(root: At<'a>, response: At<'a>) -> impl Iterator<Item = usize> {
    let response = root.led(response).unwrap_or(response);
    let content = response.get("content").into_iter().flat_map(At::entries);
    let schemas = content.filter_map(move |(_, body)| {
        let schema = root.led(body).ok()?.get("schema")?;
        root.led(schema).ok()
    });
    schemas.chain([response]).map(|at| at.id)
}
