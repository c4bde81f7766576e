//! Values that the contract says nothing about, over the wire.

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::hostile::{Hostile, Tried, whole};

/// A page that shows `null` for the owner of a thing, and no tag.
const PAGE: &str = "GET api/2.0/thing\n\nReturns\n\nThing\n\nExample Response\n\napplication/json\n\n\
    {\"status\": 0, \"response\": {\"Owner\": null, \"Tags\": []}}\n\n\
    text/xml\n\n<result><status>0</status><response><Owner /></response></result>\n";

/// Tries a portal that answers the page's question with one of these payloads after the other.
fn tried(json: &'static [&str], xml: &'static [&str], checks: &[&str]) -> Tried {
    let pages = tempfile::tempdir().unwrap();
    fs::write(pages.path().join("thing.txt"), PAGE).unwrap();
    let turn = AtomicUsize::new(0);
    let portal = Hostile::answering(move |stream, head| {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let answer = if head.contains("application/json") {
            let payload = json[turn % json.len()];
            let body = format!("{{\"status\": 0, \"response\": {payload}}}");
            whole("application/json", body.as_bytes())
        } else {
            let payload = xml[turn % xml.len()];
            let body = format!("<result><status>0</status><response>{payload}</response></result>");
            whole("text/xml", body.as_bytes())
        };
        stream.write_all(&answer)
    });
    let pages = pages.path().to_str().unwrap();
    portal.tried(&[&["--pages", pages, "-j", "1"], checks].concat())
}

#[test]
fn a_member_shown_as_null_may_hold_anything_in_both_formats() {
    let same = tried(
        &[r#"{"Owner": {"id": 1, "isAdmin": true, "title": null}, "Tags": [{"a": 2.0}, 3]}"#],
        &[
            "<Owner><title /><isAdmin>True</isAdmin><id>1</id></Owner><Tags>3</Tags><Tags><a>2</a></Tags>",
        ],
        &["--skip", "refusal", "--skip", "snapshot"],
    );
    same.says(0, &["keeps the contract"]);
    let list = tried(
        &[r#"{"Owner": [{"id": 1}, {"id": 2}], "Tags": []}"#],
        &["<Owner><id>2</id></Owner><Owner><id>1</id></Owner>"],
        &["--skip", "refusal", "--skip", "snapshot"],
    );
    list.says(0, &["keeps the contract"]);
    let shorter = tried(
        &[r#"{"Owner": [1, 2, 3], "Tags": []}"#],
        &["<Owner>1</Owner><Owner>2</Owner>"],
        &["parity"],
    );
    shorter.says(1, &["/response/Owner"]);
    let other = tried(
        &[r#"{"Owner": {"id": 1}, "Tags": []}"#],
        &["<Owner><id>2</id></Owner>"],
        &["parity"],
    );
    other.says(
        1,
        &["/response/Owner: expected object of 1 member as in JSON"],
    );
}

#[test]
fn what_stands_in_a_member_shown_as_null_keeps_no_order() {
    let reordered = tried(
        &[
            r#"{"Owner": [1, {"a": 2, "b": 3}], "Tags": []}"#,
            r#"{"Owner": [{"b": 3, "a": 2}, 1.0], "Tags": []}"#,
        ],
        &["<Owner />"],
        &["json::identity::repeated"],
    );
    reordered.says(0, &["keeps the contract"]);
    let flickering = tried(
        &[
            r#"{"Owner": {"id": 1}, "Tags": []}"#,
            r#"{"Owner": {"id": 2}, "Tags": []}"#,
        ],
        &["<Owner />"],
        &["json::identity::repeated"],
    );
    flickering.says(1, &["answers differ"]);
}
