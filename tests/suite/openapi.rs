//! `OpenAPI` documents as the source of a contract: one made-up harbour in three notations.

use std::fs;
use std::path::PathBuf;

use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::source::Source;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{Served, TOKEN, program, project, run};

const NOTATIONS: [&str; 3] = ["harbour-3.0.yaml", "harbour-3.1.yaml", "harbour-3.1.json"];

fn file(name: &str) -> PathBuf {
    project().join("tests/suite/openapi").join(name)
}

fn harbour(name: &str) -> Contract {
    let text = fs::read_to_string(file(name)).unwrap();
    contract::of_sources(vec![Source::new(name, &text)]).unwrap()
}

/// Options with the harbour in one notation, and a profile that knows what names a boat.
fn options(folder: &TempDir, name: &str) -> Vec<String> {
    let profile = folder.path().join("harbour.toml");
    let text = "extends = \"as-documented\"\nname = \"harbour\"\n\
                [[identity]]\nparameter = \"boatid\"\nmember = \"Id\"\n";
    fs::write(&profile, text).unwrap();
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    vec![
        "--pages".to_owned(),
        text(file(name)),
        "--profile".to_owned(),
        text(profile),
    ]
}

#[test]
fn one_api_is_one_contract_in_every_notation() {
    // The text of an operation is made of all that is read, so that equal ones have equal places too.
    let read = |name: &str| -> Vec<String> {
        let operations = harbour(name).operations.into_iter();
        operations
            .map(|operation| {
                let source = operation.source.text.clone();
                let rest = (
                    (&operation.id, &operation.path, operation.authenticated),
                    (&operation.description, &operation.returns),
                    (
                        &operation.parameters,
                        &operation.responses,
                        &operation.unread,
                    ),
                );
                format!("{source}{rest:#?}")
            })
            .collect()
    };
    let first = read(NOTATIONS[0]);
    assert_eq!(first.len(), 4);
    for name in NOTATIONS {
        assert_eq!(read(name), first, "{name}");
    }
}

/// Paths that say how they end, and paths that lack a value.
fn of_many_paths() -> String {
    let mut text = "openapi: 3.0.3\npaths:\n".to_owned();
    let ask = |path: &str| {
        let variables = path.split('{').skip(1);
        let variables = variables.map(|rest| rest.split('}').next().unwrap());
        let parameters: Vec<String> = variables
            .map(|name| {
                let known = if name == "format" {
                    "example: json, "
                } else {
                    ""
                };
                format!(
                    "{{name: {name}, in: path, required: true, {known}schema: {{type: string}}}}"
                )
            })
            .collect();
        format!(
            "  /{path}:\n    get:\n      parameters: [{}]\n      responses: {{'200': {{description: It, content: \
             {{application/json: {{schema: {{type: object, properties: {{Id: {{type: integer}}}}}}}}}}}}}}\n",
            parameters.join(", ")
        )
    };
    for path in [
        "boats.json",
        "crews.{format}",
        "a/{berth}",
        "b/{crane}",
        "c/{dock}",
        "d/{ferry}",
    ] {
        text += &ask(path);
    }
    text
}

#[test]
fn a_path_that_says_how_it_ends_is_asked_as_it_stands_and_what_many_lack_is_told_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("many.yaml");
    fs::write(&page, of_many_paths()).unwrap();
    let pages = page.to_str().unwrap();
    let told = run(&mut Served::start(&["--pages", pages]).run(&["--pages", pages]));
    assert_eq!(told.code, Some(0), "{}", told.stdout);
    for line in [
        "20 cases ignored: the pages give no values of berth, crane, dock and 1 more, which stand in paths: name each \
         with --param NAME=..., or let the target look it up (look-up.NAME)\n",
        "not judged: GET a/{berth}, GET b/{crane}, GET c/{dock} and 1 more: no answer held a member\n",
    ] {
        assert!(told.stdout.contains(line), "{line}: {}", told.stdout);
    }
}

/// Operations of which a part of the answer, all of it, or nothing can be judged.
const LOST: &str = "openapi: 3.0.3\nsecurity: [{token: []}]\npaths:\n  /boat:\n    get:\n      responses:\n        \
'200':\n          description: Boat\n          content: {application/json: {schema: {type: object, properties: {Id: \
{type: integer}, Owner: {$ref: './owner.yaml'}}}}}\n  /lost:\n    get:\n      responses: {'200': {description: Lost, \
content: {application/json: {schema: {$ref: './lost.yaml'}}}}}\n  /any:\n    get: {responses: {default: {description: \
Any}}}\n  /done:\n    get: {responses: {'204': {description: Done}}}\n";

#[test]
fn what_a_document_leaves_unjudged_is_told_in_every_output() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("lost.yaml");
    fs::write(&page, LOST).unwrap();
    let pages = page.to_str().unwrap();
    let listed = run(&mut program(&["run", "--list", "--pages", pages]));
    for part in [
        "1 reference of documented answers leads nowhere",
        "lost.yaml:9:111: `./owner.yaml`, which is elsewhere",
        "2 cases ignored: the page documents no answer that could be read",
        "GET done: 6 cases",
    ] {
        assert!(listed.stderr.contains(part), "{part}: {}", listed.stderr);
    }
    let [json, html, junit, markdown] = ["r.json", "r.html", "r.xml", "r.md"]
        .map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let told = run(&mut program(&[
        "run",
        "--pages",
        pages,
        "--require-coverage",
        "60%",
        "--report-json",
        &json,
        "--report-html",
        &html,
        "--report-junit",
        &junit,
        "--report-markdown",
        &markdown,
    ]));
    assert_eq!(told.code, Some(3), "{}", told.stdout);
    for part in [
        "not judged: GET any: no answer is documented that could be read",
        "not judged: GET lost: no answer is documented that could be read",
        "2 of 4 documented members were seen (50%)",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    for file in [html, junit, markdown] {
        let text = fs::read_to_string(&file).unwrap();
        let part = "no answer is documented that could be read";
        assert!(text.contains(part), "{file}");
    }
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    let unseen = &report["coverage"]["unseen"];
    let lost = |id: &str| serde_json::json!({"operation": id, "members": [""]});
    assert_eq!(
        *unseen,
        serde_json::json!([lost("get-any"), lost("get-lost")])
    );
    let hints = report["hints"].to_string();
    assert!(
        hints.contains("`./owner.yaml`, which is elsewhere"),
        "{hints}"
    );
    // Nothing but refusals is no contract kept.
    let refusals = run(&mut program(&["run", "--pages", pages, "get-any"]));
    assert_eq!(refusals.code, Some(4), "{}", refusals.stdout);
    let part = "nothing but refusals could be judged";
    assert!(refusals.stdout.contains(part), "{}", refusals.stdout);
}

#[test]
fn a_member_is_found_where_each_notation_writes_it() {
    for (name, place) in [
        ("harbour-3.0.yaml", "harbour-3.0.yaml:71:9"),
        ("harbour-3.1.yaml", "harbour-3.1.yaml:71:9"),
    ] {
        let contract = harbour(name);
        let read = &contract.operations[2];
        assert_eq!(read.id.as_str(), "get-boats-boatid");
        let response = read.response(Format::Json).unwrap();
        let shape = response.shape.as_ref().unwrap();
        let span = shape.at("/response/Name").unwrap().span;
        assert!(read.source.locate(span.start).ends_with(place));
    }
    let contract = harbour("harbour-3.1.json");
    let read = &contract.operations[2];
    let shape = read.response(Format::Json).unwrap().shape.clone().unwrap();
    let span = shape.at("/response/Name").unwrap().span;
    let line = read.source.excerpt(span).line();
    assert_eq!(line.trim(), "\"Name\": {");
}

#[test]
fn a_portal_made_of_a_document_keeps_it_in_every_notation() {
    let folder = tempfile::tempdir().unwrap();
    for name in NOTATIONS {
        let options = options(&folder, name);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let served = Served::start(&options);
        let mut command = served.run(&["--skip", "snapshot", "--allow-writes=*"]);
        let ended = run(command.args(&options));
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.stdout);
        assert!(
            ended
                .stdout
                .contains("27 of 27 documented members were seen"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn a_key_in_the_query_is_tried_as_a_token_and_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder, "harbour-3.1.yaml");
    let sound = fs::read_to_string(file("harbour-3.1.yaml")).unwrap();
    let keyed = sound.replace(
        "components:\n",
        "components:\n  securitySchemes:\n    token: {type: apiKey, in: query, name: api_key}\n",
    );
    assert_ne!(keyed, sound);
    let [path, har, json, html, junit] =
        ["keyed.yaml", "r.har", "r.json", "r.html", "r.xml"].map(|name| folder.path().join(name));
    fs::write(&path, keyed).unwrap();
    let mut options: Vec<&str> = options.iter().map(String::as_str).collect();
    options[1] = path.to_str().unwrap();
    let served = Served::start(&options);
    let mut command = served.run(&["--skip", "snapshot", "-vv", "--show-values"]);
    for (flag, file) in [
        ("--record", &har),
        ("--report-json", &json),
        ("--report-html", &html),
        ("--report-junit", &junit),
    ] {
        command.arg(flag).arg(file);
    }
    let ended = run(command.args(&options));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains(" conform"), "{}", ended.stdout);
    let files = [har, json, html, junit].map(|file| fs::read_to_string(file).unwrap());
    let all = files.iter().chain([&ended.stdout, &ended.stderr]);
    for text in all {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_drift_is_shown_with_the_line_of_the_document_that_promised_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder, "harbour-3.1.yaml");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let sound = fs::read_to_string(file("harbour-3.1.yaml")).unwrap();
    let drifted = sound
        .replace("        Built: {type: string, format: date}\n", "")
        .replace("Name, Built, Crew", "Name, Crew");
    let path = folder.path().join("drifted.yaml");
    fs::write(&path, drifted).unwrap();
    let mut others = options.clone();
    others[1] = path.to_str().unwrap();
    let served = Served::start(&others);
    let mut command = served.run(&["--skip", "snapshot"]);
    let ended = run(command.args(&options));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("harbour-3.1.yaml:73:9"),
        "{}",
        ended.stdout
    );
}

#[test]
fn the_vendors_kind_of_schema_is_read_as_a_payload_by_its_profile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boats.yaml");
    let text = "openapi: 3.1.0\npaths:\n  /api/2.0/boats/{boatid:[0-9]+}:\n    put:\n      \
                requestBody: {content: {application/json: {schema: {type: object, properties: \
                {boatid: {type: integer, example: '7'}, name: {type: string, example: Ada}}}}}}\n      \
                responses: {'200': {description: Boat, content: {application/json: {schema: \
                {type: object, properties: {id: {type: integer, example: '7'}}}}}}}\n";
    fs::write(&path, text).unwrap();
    let out = folder.path().join("schemas");
    let ended = run(&mut program(&[
        "generate",
        "--pages",
        path.to_str().unwrap(),
        "--profile",
        "community-server",
        "--out",
        out.to_str().unwrap(),
    ]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let schema = fs::read_to_string(out.join("put-boats-boatid/response.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["properties"]["statusCode"]["type"], "integer");
    assert_eq!(schema["properties"]["response"]["$ref"], "#/$defs/Boat");
    let options = [
        "--pages",
        path.to_str().unwrap(),
        "--profile",
        "community-server",
    ];
    let served = Served::start(&options);
    let mut command = served.run(&["--skip", "snapshot", "--allow-writes=*"]);
    let ended = run(command.args(options).args(["--param", "boatid=7"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

/// Documents that are nearly sound: pieces of one in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "openapi: 3.1.0\n",
        "paths:\n",
        "  /a/{b}:\n",
        "    get:\n",
        "      responses:\n",
        "        '200':\n",
        "          content: {application/json: {schema: ",
        "{$ref: '#/paths'}",
        "{type: [object, 'null']}",
        "}}\n",
        "<<: *a\n",
        "&a ",
        "*a",
        "- ",
        "? ",
        "{",
        "}",
        "[",
        "]",
        "'",
        "\"",
        "|\n",
        ">\n",
        "\t",
        "¥",
        "\u{feff}",
        "{\"openapi\": \"3.0.0\", \"paths\": {",
        "\"/a\": {\"get\": {",
        "}}}}",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "!!str ",
        "# x\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_behind_a_version_is_a_contract_or_errors(rest in "\\PC{0,200}", pieces in pieces()) {
        for text in [format!("openapi: 3.1.0\n{rest}"), format!("openapi: 3.1.0\n{pieces}"), pieces.clone()] {
            let source = Source::new("any.yaml", &text);
            if let Err(errors) = contract::of_sources(vec![source]) {
                prop_assert!(errors.0.iter().all(|error| error.at.starts_with("any.yaml:")));
            }
        }
    }
}

/// A document of one operation whose answers have these members, and a profile whose portals answer in XML too.
fn narrowed(folder: &TempDir, name: &str, members: &str) -> Vec<String> {
    let profile = folder.path().join("quay.toml");
    let text = "extends = \"as-documented\"\nname = \"quay\"\n[xml]\nof-schemas = true\n";
    fs::write(&profile, text).unwrap();
    let file = folder.path().join(name);
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /api/2.0/quay:\n    get:\n      responses:\n        '200':\n          \
         description: Quay\n          content:\n            application/json:\n              schema:\n                \
         type: object\n                required: [status, response]\n                properties:\n                  \
         status: {{type: integer, example: 0}}\n                  response:\n                    type: object\n                    \
         additionalProperties: false\n                    required: [Kind, Depth, Mark, Code]\n                    \
         properties:\n{members}"
    );
    fs::write(&file, text).unwrap();
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    vec![
        "--pages".to_owned(),
        text(file),
        "--profile".to_owned(),
        text(profile),
    ]
}

const NARROW: &str = "                      Kind: {type: string, enum: [wood, stone]}\n                      \
                      Depth: {type: integer, minimum: 2, maximum: 9}\n                      \
                      Mark: {type: string, pattern: '^[a-z]{4}$'}\n                      \
                      Code: {type: string, maxLength: 4}\n";

#[test]
fn values_that_a_schema_does_not_admit_are_told_with_the_keyword_in_both_formats() {
    let folder = tempfile::tempdir().unwrap();
    let options = narrowed(&folder, "quay.yaml", NARROW);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let wide = NARROW.replace("[wood, stone]", "[brick]");
    let wide = wide.replace("minimum: 2, maximum: 9", "minimum: 10");
    let wide = wide
        .replace("'^[a-z]{4}$'", "'^[A-Z]$'")
        .replace("maxLength: 4", "minLength: 9");
    let wide = format!("{wide}                      Extra: {{type: string}}\n");
    let others = narrowed(&folder, "wide.yaml", &wide);
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let served = Served::start(&others);
    let mut command = served.run(&["--skip", "snapshot"]);
    let ended = run(command.args(&options));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    for told in [
        "/response/Kind: expected one of `wood`, `stone`, got string (5 characters)",
        "/response/Depth: expected 9 or less, got a larger integer",
        "/response/Mark: expected a text that matches `^[a-z]{4}$`",
        "/response/Code: expected a text of at most 4 characters, got string (10 characters)",
        "shows in: get-quay::xml::shape",
        "/response/Extra: expected no such member",
        "quay.yaml:20:44",
        "quay.yaml:21:58",
        "quay.yaml:22:44",
        "quay.yaml:23:44",
    ] {
        assert!(ended.stdout.contains(told), "{told}\n{}", ended.stdout);
    }
    let sound = Served::start(&options);
    let ended = run(sound.run(&["--skip", "snapshot"]).args(&options));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // A member more is a remark.
    let grown = format!("{NARROW}                      Extra: {{type: string}}\n");
    let others = narrowed(&folder, "grown.yaml", &grown);
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let grown = Served::start(&others);
    let ended = run(grown.run(&["--skip", "snapshot"]).args(&options));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains("/response/Extra"), "{}", ended.stdout);
}

#[test]
fn a_masked_recording_says_of_values_what_the_run_said() {
    let folder = tempfile::tempdir().unwrap();
    let bounded = NARROW
        .replace("minimum: 2, maximum: 9", "minimum: 20, maximum: 60")
        .replace("^[a-z]{4}$", "^[b-d]{4}$");
    let wide = bounded
        .replace("[wood, stone]", "[brick]")
        .replace("minimum: 20, maximum: 60", "minimum: 70")
        .replace("^[b-d]{4}$", "^[A-Z]$")
        .replace("maxLength: 4", "minLength: 9");
    let unlike = bounded.replace(
        "pattern: '^[b-d]{4}$'",
        "example: hb-7, pattern: '^hb-[5-9]$'",
    );
    for (of_portal, of_contract, code, is_unlike) in [
        (&bounded, &bounded, 0, false),
        (&wide, &bounded, 1, false),
        (&unlike, &unlike, 0, true),
    ] {
        let portal = narrowed(&folder, "portal.yaml", of_portal);
        let portal: Vec<&str> = portal.iter().map(String::as_str).collect();
        let contract = narrowed(&folder, "contract.yaml", of_contract);
        let served = Served::start(&portal);
        let (file, report) = (folder.path().join("run.har"), folder.path().join("r.json"));
        let mut command = served.run(&["--skip", "snapshot", "--record"]);
        let ended = run(command.arg(&file).args(&contract));
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        let rules = ["one-of", "too-small", "too-large", "matches", "length"];
        let told = |text: &str| -> Vec<bool> {
            let is_told = |rule: &&str| text.contains(&format!("[{rule}]"));
            rules.iter().map(is_told).collect()
        };
        let of_run = told(&ended.stdout);
        let mut command = program(&["judge", "--report-json"]);
        let ended = run(command.arg(&report).arg(&file).args(&contract));
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(told(&ended.stdout), of_run, "{}", ended.stdout);
        let said = ended.stdout.contains("by the bounds of values");
        assert_eq!(said, is_unlike, "{}", ended.stdout);
    }
}

#[test]
fn faults_of_values_are_made_for_schemas_and_caught() {
    let folder = tempfile::tempdir().unwrap();
    let options = narrowed(&folder, "quay.yaml", NARROW);
    for way in ["unlisted", "above-greatest", "no-match", "too-long"] {
        let ended = run(program(&["faults", way]).args(&options));
        assert_eq!(
            ended.code,
            Some(0),
            "{way}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(ended.stdout.contains("caught"), "{way}: {}", ended.stdout);
    }
}

/// Operations that answer with resources, lists and numbers themselves, without an envelope and without an example.
const BARE: &str = r##"
openapi: 3.0.3
info: {title: Trams, version: "1"}
servers: [{url: /api}]
paths:
  /trams:
    get:
      responses:
        "200":
          description: all
          content:
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tram"}}}
            application/xml: {schema: {type: array, items: {$ref: "#/components/schemas/Tram"}}}
    post:
      responses:
        "201":
          description: made
          content: {application/json: {schema: {$ref: "#/components/schemas/Tram"}}}
  /trams/{tramId}:
    get:
      parameters:
        - {name: tramId, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: one
          content: {application/json: {schema: {$ref: "#/components/schemas/Tram"}}}
  /trams/count:
    get:
      responses:
        "200":
          description: how many
          content: {application/json: {schema: {type: integer}}}
  /trams/states:
    get:
      responses:
        "200":
          description: how many of each
          content: {application/json: {schema: {type: object, additionalProperties: {type: integer}}}}
components:
  schemas:
    Tram:
      type: object
      required: [tramId, name]
      properties:
        tramId: {type: integer}
        name: {type: string}
        wheels: {type: integer}
        stops: {type: array, items: {type: string}}
"##;

#[test]
fn answers_without_an_envelope_are_proved_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trams.yaml");
    std::fs::write(&file, BARE).unwrap();
    let faults = [
        "schema:get-api-trams",
        "schema:get-api-trams-states:string:*",
        "shape:get-api-trams",
        "cold-of-one",
        "edited-after-13",
        "transport:json:empty",
    ];
    let mut command = program(&["faults", "--pages"]);
    let ended = run(command.arg(&file).args(faults));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let pages = format!("pages of {}", file.display());
    assert!(ended.stdout.contains(&pages), "{}", ended.stdout);
    assert!(!ended.stdout.contains("\n0 faults,"), "{}", ended.stdout);
}

#[test]
fn writes_that_leave_once_are_not_put_off_in_a_proof() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trams.yaml");
    let all = BARE.replace("    get:", "    put:");
    std::fs::write(&file, all).unwrap();
    let mut command = program(&["faults", "--pages"]);
    let ended = run(command.arg(&file).args(["answer", "burst", "single"]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn a_proof_says_where_there_is_nothing_to_prove() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trams.yaml");
    let (before, after) = BARE.split_once("  /trams:").unwrap();
    let (_, after) = after.split_once("components:").unwrap();
    let xml = "  /count:\n    get:\n      responses:\n        \"200\":\n          description: x\n          \
               content: {application/xml: {schema: {type: integer}}}\ncomponents:";
    std::fs::write(&file, format!("{before}{xml}{after}")).unwrap();
    let ended = run(program(&["faults", "--pages"]).arg(&file));
    assert_eq!(ended.code, Some(4), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("nothing to prove"),
        "{}",
        ended.stdout
    );
    let pages = format!("pages of {}", file.display());
    assert!(ended.stdout.contains(&pages), "{}", ended.stdout);
    let ended = run(&mut program(&["faults", "no-such-fault"]));
    assert_eq!(ended.code, Some(4), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("no fault was tried"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("built-in pages"), "{}", ended.stdout);
}

#[test]
fn what_a_component_loses_is_one_finding_wherever_a_reference_leads_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let document = |name: &str, before: &str, members: &str| {
        let answer = |schema: &str| {
            format!(
                "responses: {{'200': {{description: x, content: {{application/json: {{schema: {schema}}}}}}}}}"
            )
        };
        let boat = "{$ref: '#/components/schemas/Boat'}";
        let list = format!(
            "{{type: object, required: [items], properties: {{items: {{type: array, items: {boat}}}}}}}"
        );
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      {}\n  /flagship:\n    get:\n      {}\n\
             components:\n  schemas:\n{before}    Boat: {{type: object, required: [id, sail], properties: {{{members}}}}}\n",
            answer(&list),
            answer(boat),
        );
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let [id, sail] = ["id: {type: integer}", "sail: {type: integer}"];
    let whole = format!("{id}, {sail}");
    let promised = document("promised.yaml", "", &whole);
    let moved = document("moved.yaml", "    Pier: {type: object}\n", &whole);
    let kept = document("kept.yaml", "", &format!("{id}, sail: {{type: string}}"));
    let served = Served::start(&["--pages", &kept]);
    let report = folder.path().join("report.json");
    let mut ids = Vec::new();
    for pages in [&promised, &moved] {
        let mut command = served.run(&["json::schema", "--pages", pages, "--report-json"]);
        let ended = run(command.arg(&report));
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
        let findings = told["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{}", ended.stdout);
        let finding = &findings[0];
        assert_eq!(
            finding["members"],
            serde_json::json!(["items/*/sail", "sail"])
        );
        assert_eq!(finding["cases"].as_array().unwrap().len(), 2);
        let waivers = [&finding["waiver"], &finding["more_waivers"][0]];
        let pointers = waivers.map(|waiver| waiver["pointer"].as_str());
        assert_eq!(pointers, [Some("/items/sail"), Some("/sail")]);
        ids.push(finding["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1], "lines may move");
    let told = run(&mut program(&["explain", &ids[0], "--pages", &promised]));
    for part in ["get-boats::json::schema", "get-flagship::json::schema"] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
}
