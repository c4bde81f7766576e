//! A comparison as JSON, described by `docs/compare.schema.json`.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::compare::portals::Comparison;
use crate::compare::since::Since;

/// The version of the format.
const VERSION: u32 = 1;

/// What `portal-conformance compare --report-json PATH` writes. Members may be added within a version:
/// readers ignore those that they do not know. No value of a portal's data is in it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Comparison of portals by portal-conformance")]
struct Document<'a> {
    /// The version of this format; raised when a member is removed, renamed or changes its meaning.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    #[serde(flatten)]
    compared: Compared<'a>,
}

/// Several portals, or one portal and what it was.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "compared")]
enum Compared<'a> {
    /// Several portals beside each other.
    Comparison(&'a Comparison),
    /// One portal beside what it was.
    Since(&'a Since),
}

/// The JSON Schema of both; `docs/compare.schema.json` holds it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings
        .into_generator()
        .into_root_schema_for::<Document<'_>>();
    schema.to_value()
}

/// Portals beside each other.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    written(Compared::Comparison(comparison))
}

/// A portal beside what it was.
#[must_use]
pub fn json_since(since: &Since) -> String {
    written(Compared::Since(since))
}

fn written(compared: Compared<'_>) -> String {
    let document = Document {
        version: VERSION,
        compared,
    };
    // Texts and numbers: nothing in it can fail to be written.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
