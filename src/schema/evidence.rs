//! What the shapes of a contract rest on: in how many of the documented examples a member is seen.
//!
//! A shape with a name, such as a contact in twenty pages, has the evidence of all operations that show it;
//! each answer is held against what its own page shows all the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Contract, Format};
use crate::profile::Profile;
use crate::shape::{Kind, Member, Object, Seen, Shape};

/// How many members are named that other pages show of a shape.
const MAX_NAMED: usize = 20;

/// The shapes with names, and what shows them.
#[derive(Debug, Default)]
pub(super) struct Evidence(BTreeMap<String, Shown>);

/// What shows a shape.
#[derive(Debug, Default)]
struct Shown {
    operations: BTreeSet<usize>,
    examples: Seen,
    members: BTreeMap<String, Seen>,
}

impl Evidence {
    /// Counts what the answers of all operations show, in JSON where they have it.
    pub(super) fn of(contract: &Contract, profile: &Profile) -> Self {
        let mut evidence = Self::default();
        for (at, operation) in contract.operations.iter().enumerate() {
            let mut formats = Format::ALL.into_iter();
            let answer = formats.find_map(|format| profile.answer(operation, format));
            if let Some(answer) = answer {
                evidence.count(at, &answer.envelope);
            }
        }
        evidence
    }

    fn count(&mut self, operation: usize, shape: &Shape) {
        match &shape.kind {
            Kind::List(item) => self.count(operation, item),
            Kind::Object(object) => {
                if let Some(name) = &object.name
                    && object.examples.0 > 0
                {
                    let shown = self.0.entry(name.clone()).or_default();
                    shown.operations.insert(operation);
                    shown.examples = shown.examples.and(object.examples);
                    for member in object.members.iter().filter(|one| one.seen.0 > 0) {
                        let seen = shown.members.entry(member.name.clone()).or_default();
                        *seen = seen.and(member.seen);
                    }
                }
                for shape in object.shapes() {
                    self.count(operation, shape);
                }
            }
            _ => {}
        }
    }

    fn shown(&self, object: &Object) -> Option<&Shown> {
        self.0.get(object.name.as_ref()?)
    }

    /// What is said of a member that not all examples have.
    pub(super) fn of_member(&self, member: &Member, object: &Object) -> Option<String> {
        let (seen, examples) = match self.shown(object) {
            Some(shown) => (*shown.members.get(&member.name)?, shown.examples),
            None => (member.seen, object.examples),
        };
        (seen.0 > 0 && seen.0 < examples.0).then(|| words(seen, examples))
    }

    /// What is said of a shape that more than one example shows.
    pub(super) fn of_object(&self, object: &Object) -> Option<String> {
        let shown = self.shown(object).filter(|shown| shown.examples.0 > 1)?;
        let operations = match shown.operations.len() {
            1 => "1 operation".to_owned(),
            operations => format!("{operations} operations"),
        };
        let mut said = format!("of {} examples in {operations}", shown.examples.0);
        let is_other = |name: &&String| object.members.iter().all(|member| member.name != **name);
        let others: Vec<&String> = shown.members.keys().filter(is_other).collect();
        let named = others.iter().take(MAX_NAMED);
        let mut named: Vec<String> = named
            .map(|name| {
                format!(
                    "{name} ({} of {})",
                    shown.members[*name].0, shown.examples.0
                )
            })
            .collect();
        if others.len() > MAX_NAMED {
            named.push(format!("{} more", others.len() - MAX_NAMED));
        }
        if !named.is_empty() {
            said.push_str(", of which others show ");
            said.push_str(&named.join(", "));
        }
        Some(said)
    }
}

fn words(seen: Seen, examples: Seen) -> String {
    format!("seen in {} of {} examples", seen.0, examples.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::source::Source;
    use crate::{contract, profile, schema};

    fn page(path: &str, payload: &str) -> Source {
        let text = format!(
            "GET api/2.0/{path}\n\nReturns\n\nTram\n\nExample Response\n\napplication/json\n\n\
             {{\"status\": 0, \"response\": {payload}}}\n"
        );
        Source::new(path, &text)
    }

    #[test]
    fn a_shape_of_several_pages_has_the_evidence_of_all() {
        let sources = vec![
            page("tram/1", r#"{"id": 1, "doors": 4}"#),
            page(
                "trams",
                r#"[{"id": 1, "doors": 4, "bell": {"loud": true}}, {"id": 2, "bell": {}}]"#,
            ),
        ];
        let contract = contract::of_sources(sources).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let files = schema::files(&contract, &profile);
        let text = |path: &str| {
            files
                .iter()
                .find(|(file, _)| file.ends_with(path))
                .unwrap()
                .1
        };
        let one: serde_json::Value =
            serde_json::from_str(text("get-tram-1/response.schema.json")).unwrap();
        let tram = &one["$defs"]["Tram"];
        assert_eq!(
            tram["description"],
            "of 3 examples in 2 operations, of which others show bell (2 of 3)"
        );
        assert_eq!(
            tram["properties"]["doors"]["description"],
            "seen in 2 of 3 examples"
        );
        assert_eq!(tram["properties"]["id"].get("description"), None);
        // The page's own example says what its answers are held against.
        assert_eq!(tram["required"], serde_json::json!(["id", "doors"]));
        let many: serde_json::Value =
            serde_json::from_str(text("get-trams/response.schema.json")).unwrap();
        let tram = &many["$defs"]["Tram"];
        assert_eq!(tram["required"], serde_json::json!(["id", "bell"]));
        assert_eq!(
            tram["properties"]["doors"]["description"],
            "seen in 2 of 3 examples"
        );
        let loud = &tram["properties"]["bell"]["properties"]["loud"];
        assert_eq!(loud["description"], "seen in 1 of 2 examples");
        let document = schema::openapi(&contract, &profile).to_string();
        assert_eq!(
            document.matches("of 3 examples in 2 operations").count(),
            2,
            "{document}"
        );
        assert_eq!(
            document.matches("seen in 2 of 3 examples").count(),
            3,
            "{document}"
        );
    }
}
