//! Notes of a profile of one's own on pages of one's own: what they bound is caught, and nothing else.

use std::fs;
use std::process::Command;

use crate::support::{program, run};

const PAGE: &str = r##"GET api/2.0/boats/{boatid} This function requires authentication

Parameters
Name Description Type Example
boatid
sent in url
Which boat
number 7

Returns

Boat

Example Response

application/json

{"status": 0, "response": {"Id": 7, "Kind": 2, "Rig": "sloop", "Masts": 1, "Color": "#a7fc00"}}

text/xml

<result><status>0</status><response><Id>7</Id><Kind>2</Kind><Rig>sloop</Rig><Masts>1</Masts><Color>#a7fc00</Color></response></result>
"##;

const PROFILE: &str = r##"extends = "as-documented"
name = "boats"

[[identity]]
parameter = "boatid"
member = "Id"

[[definition]]
name = "Vessel"
having = ["Kind", "Rig"]

[[note]]
at = "Kind"
definition = "Vessel"
one-of = [0, 1, 2]
because = "three kinds"

[[note]]
at = "Rig"
operation = "get-boats-*"
one-of = ["sloop", "ketch", "yawl"]
because = "the rigs there are"

[[note]]
at = "Masts"
at-least = 0
at-most = 3
because = "no boat has more"

[[note]]
at = "Color"
matches = "#[0-9a-f]{6}"
because = "as style sheets have it"
"##;

#[test]
fn what_notes_bound_is_caught_on_pages_of_ones_own_and_what_they_leave_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(path("pages")).unwrap();
    fs::write(path("pages/boat.txt"), PAGE).unwrap();
    fs::write(path("boats.toml"), PROFILE).unwrap();
    let with = |command: &str, more: &[&str]| {
        let mut program: Command = program(&[]);
        program.args([
            command,
            "--pages",
            &path("pages"),
            "--profile",
            &path("boats.toml"),
        ]);
        run(program.args(more))
    };
    let ended = with("run", &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    for (filter, faults, variations) in [
        (":unlisted:", 4, 0),
        (":below-least:", 2, 0),
        (":above-greatest:", 2, 0),
        (":no-match:", 2, 0),
        ("first-listed:", 0, 2),
        ("last-listed:", 0, 2),
        ("least:Masts", 2, 1),
        ("greatest:Masts", 2, 1),
    ] {
        let ended = with("faults", &[filter, "--report-json", &path("faults.json")]);
        assert_eq!(ended.code, Some(0), "{filter}: {}", ended.stdout);
        let report = fs::read(path("faults.json")).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        let count = |key: &str| report[key].as_array().map_or(0, Vec::len);
        assert_eq!(
            (count("faults"), count("variations")),
            (faults, variations),
            "{filter}"
        );
    }
}
