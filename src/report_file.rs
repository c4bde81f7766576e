//! The file that a run is handed on in: the JSON report, as it is written and as it is read.
//!
//! [`report`](crate::report) fills in its [`Document`], or checks and joins those of others;
//! [`compare`](crate::compare) lays them beside each other. What is read may be anybody's.

pub(crate) mod document;
pub(crate) mod term;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde::Deserialize;
use serde_json::Value;

use crate::input;
use crate::report_file::document::Document;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The JSON Schema of the report as it is written; `docs/report.schema.json` holds it.
#[must_use]
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    // Defaults are for reports of other versions.
    let settings = settings.with_transform(RecursiveTransform(|schema: &mut Schema| {
        schema.remove("default");
    }));
    let schema = settings.into_generator().into_root_schema_for::<Document>();
    schema.to_value()
}

/// Why a text is no report that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// It is no JSON, or has not the members of a report.
    #[error("it is no report of `run --report-json`: {0}")]
    Text(String),
    /// What `compare` writes.
    #[error(
        "it is a comparison of `compare --report-json`, and no report of `run --report-json`: name the reports that were compared"
    )]
    Comparison,
    /// A later form of the report.
    #[error(
        "its version is {0}, and this program reads version {VERSION}: make it again, or read it with the program that made it"
    )]
    Version(u64),
}

/// The JSON of a report, of the version that this program reads.
///
/// # Errors
///
/// [`NoReport`]: no JSON, a member twice, or a report of another version.
pub(crate) fn json(text: &str) -> Result<Value, NoReport> {
    let json = input::json(text).map_err(|error| NoReport::Text(error.to_string()))?;
    let is_comparison = |name: &str| json[name].is_object();
    if json["cases"].is_null() && ["comparison", "since"].into_iter().any(is_comparison) {
        return Err(NoReport::Comparison);
    }
    match json["version"].as_u64() {
        Some(version) if version == u64::from(VERSION) => Ok(json),
        Some(version) => Err(NoReport::Version(version)),
        None => Err(NoReport::Text("it has no version".to_owned())),
    }
}

/// A report in JSON, whether or not it keeps the schema; members that nobody knows are passed over.
///
/// # Errors
///
/// [`NoReport::Text`]: it lacks what every report has, or has it in another type.
pub(crate) fn document(json: &Value) -> Result<Document, NoReport> {
    Document::deserialize(json).map_err(|error| NoReport::Text(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    fn round(json: &Value) -> Value {
        serde_json::to_value(document(json).unwrap()).unwrap()
    }

    #[test]
    fn what_is_read_is_written_as_it_was() {
        let pattern = |case: Value, pointer: Value| json!({"case": case, "pointer": pointer, "kind": "missing"});
        let waiver = json!({
            "case": ["a::*", "b::*"], "pointer": null, "kind": "missing", "reason": "r",
            "until": "2030-01-01", "state": "used", "violations": 1,
        });
        let promised = json!({"file": "a.txt", "line": 1, "column": 2});
        let violation = json!({
            "rule": "missing", "family": "schema", "pointer": "/a", "member": "a", "expected": "a text",
            "actual": "nothing", "value": "x", "promised": promised,
            "request": {"method": "GET", "path": "a", "curl": "curl a"}, "status": 200,
            "media_type": "application/json", "times": 1, "of": 2,
            "waived": {"reason": "r", "until": "2030-01-01"},
        });
        let case = |violation: &Value| {
            json!({
                "id": "a::json::schema", "operation": "a", "format": "json", "check": "schema",
                "verdict": "waived", "reason": null, "elapsed_ms": 1.5, "violations": [violation],
                "remarks": [],
            })
        };
        let finding = json!({
            "id": "missing-1", "rule": "missing", "family": "schema", "sentence": "s", "members": ["a"],
            "expected": "a text", "actual": "nothing", "promised": promised,
            "cases": ["a::json::schema"], "waiver": pattern(json!("a::json::schema"), json!("/a")),
            "more_waivers": [pattern(json!("b::*"), Value::Null)],
            "turn": {
                "rank": [0, 1, 2, 3],
                "causes": [{"name": "0a", "member": "a", "family": "schema"}],
            },
        });
        let report = json!({
            "version": 1, "tool": {"name": "portal-conformance", "version": "0"},
            "target": {"url": "http://a.test/", "name": null, "reference": false, "recording": "a.har"},
            "profile": "p", "pages": "built-in pages", "unread_pages": ["one"], "passed_over": ["two"],
            "started": "2026-11-26T00:00:00Z",
            "coverage": {"documented": 2, "seen": 1, "unseen": [{"operation": "a", "members": ["b"]}]},
            "exit": {"code": 0, "sentence": "s"}, "stopped_after": 1, "obstacle": "o", "left": ["l"],
            "summary": {
                "cases": 1, "conforms": 0, "violates": 0, "waived": 1, "blocked": 0, "ignored": 0,
                "remarked": 0,
            },
            "requests": 3, "retries": 1, "waited_ms": 0.5, "misfit": {"fits": "q", "sentence": "s"},
            "hints": ["h"], "elapsed_ms": 2.0, "cases": [case(&violation)], "findings": [finding],
            "remarks": [], "waivers": [waiver],
            "certificate": {
                "pages": {"digest": "sha256:0", "files": [{"name": "a.txt", "digest": "sha256:1"}]},
                "profile": "sha256:2", "account": {"scheme": "raw", "second": true}, "strict": true,
                "effort": "quick", "levels": [{"rule": "missing", "level": "warn"}], "unselected": 1,
                "values": true, "shard": {"number": 1, "of": 2},
            },
            "digest": "sha256:3",
        });
        assert_eq!(round(&report), report);
    }

    /// A report of another version within the same one of the format.
    #[test]
    fn what_another_version_wrote_is_read_as_far_as_it_is_known() {
        let mut report = json!({
            "tool": {"version": "0"}, "target": {"url": "http://a.test/"}, "profile": "p", "pages": "b",
            "started": "", "coverage": {"documented": 2, "seen": 1}, "exit": {"code": 0, "sentence": "s"},
            "cases": [{
                "id": "a::toml::odd", "operation": "a", "format": "toml", "check": "odd",
                "verdict": "violates", "violations": [{"rule": "odd", "member": "", "waived": {}}],
            }],
            "findings": [], "later": {"a": 1},
        });
        let read = document(&report).unwrap();
        assert_eq!(read.cases[0].format.as_str(), "toml");
        assert_eq!(read.cases[0].violations[0].rule.as_str(), "odd");
        assert_eq!((read.certificate, read.summary.cases), (None, 0));
        report["cases"][0]["verdict"] = json!("green");
        assert!(document(&report).is_err());
        report.as_object_mut().unwrap().shift_remove("cases");
        assert!(document(&report).is_err());
    }
}
