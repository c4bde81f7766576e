//! What the members of the schemas are called that a document defines under a name.

use std::collections::{HashMap, HashSet};

use crate::contract::openapi::tree::At;

/// How deep schemas may nest that are walked through.
const MAX_LEVELS: usize = 100;

/// The members of all named schemas, by where their names stand: the name of the schema, then the way to the member
/// in it, `*` for items.
pub(super) fn members(root: At<'_>) -> HashMap<usize, String> {
    let mut walk = Walk::default();
    let components = root.get("components");
    let schemas = components.and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.into_iter().flat_map(At::entries) {
        walk.schema(schema, name.text().unwrap_or_default(), MAX_LEVELS);
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    found: HashMap<usize, String>,
    /// What stands under several names is one value.
    known: HashSet<usize>,
}

impl Walk {
    fn schema(&mut self, schema: At<'_>, path: &str, levels: usize) {
        let Some(below) = levels.checked_sub(1) else {
            return;
        };
        if !self.known.insert(schema.id) {
            return;
        }
        let lists = ["properties", "patternProperties"];
        let [members, patterns] =
            lists.map(|keyword| schema.get(keyword).into_iter().flat_map(At::entries));
        for (name, member) in members {
            let path = self.member(name, path);
            self.schema(member, &path, below);
        }
        for name in schema.get("required").into_iter().flat_map(At::items) {
            self.member(name, path);
        }
        let items = ["items", "additionalProperties"];
        let items = items.into_iter().filter_map(|keyword| schema.get(keyword));
        for item in items.chain(patterns.map(|(_, pattern)| pattern)) {
            self.schema(item, &format!("{path}/*"), below);
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            for part in schema.get(keyword).into_iter().flat_map(At::items) {
                self.schema(part, path, below);
            }
        }
    }

    fn member(&mut self, name: At<'_>, path: &str) -> String {
        let path = format!("{path}/{}", name.text().unwrap_or_default());
        let start = name.span().start;
        self.found.entry(start).or_insert_with(|| path.clone());
        path
    }
}
