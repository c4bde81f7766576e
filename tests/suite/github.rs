//! What GitHub Actions is told of a run, and what code scanners are.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Served, program, run};

const FAULT: &str = "schema:get-crm-contact-contactid:fraction:TaskCount";

/// A run against a portal that drifted, as one of GitHub's.
fn on_github(arguments: &[&str]) -> (crate::support::Ended, String) {
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let served = Served::start(&["--fault", FAULT]);
    let mut command = served.run(arguments);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary);
    let ended = run(&mut command);
    (ended, fs::read_to_string(&summary).unwrap())
}

#[test]
fn a_run_on_github_is_annotated_and_summed_up() {
    let (ended, summary) = on_github(&["get-crm-contact-contactid"]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let lines = ended.stderr.lines();
    let errors: Vec<&str> = lines.filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 1, "{}", ended.stderr);
    let id = ended
        .stdout
        .lines()
        .find_map(|line| line.split_once(" # id: "));
    let (_, id) = id.unwrap();
    assert!(
        errors[0]
            .starts_with("::error file=pages/get-crm-contact-contactid.txt,line=89,col=5,title="),
        "{errors:?}"
    );
    assert!(errors[0].contains(&format!("title={id}::")), "{errors:?}");
    let (before, markdown) = summary.split_once("## ").unwrap();
    assert_eq!(before, "before\n", "what other steps wrote stays");
    assert!(markdown.contains(&format!("id: {id}")), "{markdown}");
}

#[test]
fn an_annotation_names_the_file_by_its_path_in_the_checkout() {
    let checkout = tempfile::tempdir().unwrap();
    let below = checkout.path().join("api");
    let pages = below.join("our-pages");
    fs::create_dir_all(&pages).unwrap();
    let page = |members: &str| {
        format!(
            "GET api/2.0/kites This function requires authentication\n\nReturns\n\nKite\n\nExample Response\n\n\
             application/json\n\n{{\"status\": 0, \"response\": {{{members}}}}}\n"
        )
    };
    let kept = tempfile::tempdir().unwrap();
    fs::write(kept.path().join("kites.txt"), page("\"id\": 1")).unwrap();
    fs::write(pages.join("kites.txt"), page("\"id\": 1, \"tail\": 2")).unwrap();
    let served = Served::start(&["--pages", kept.path().to_str().unwrap()]);
    let whole = pages.to_str().unwrap();
    for (folder, named) in [
        (&below, "our-pages"),
        (&below, "../api/our-pages"),
        (&below, whole),
        (&checkout.path().to_owned(), "api/our-pages"),
    ] {
        let mut command = served.run(&["json::schema", "--pages", named]);
        command
            .current_dir(folder)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", checkout.path());
        let ended = run(&mut command);
        assert!(
            ended
                .stderr
                .contains("::error file=api/our-pages/kites.txt,line="),
            "{named}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
}

#[test]
fn each_member_is_told_by_itself_to_github_and_to_code_scanners() {
    let checkout = tempfile::tempdir().unwrap();
    let pages = checkout.path().join("api/our-pages");
    fs::create_dir_all(&pages).unwrap();
    let kept = tempfile::tempdir().unwrap();
    for (folder, members) in [
        (pages.as_path(), "\"id\": 1, \"tail\": 2,\n\"line\": 3"),
        (kept.path(), "\"id\": 1"),
    ] {
        let text = format!(
            "GET api/2.0/kites This function requires authentication\n\nReturns\n\nKite\n\nExample Response\n\n\
             application/json\n\n{{\"status\": 0, \"response\": {{{members}}}}}\n"
        );
        fs::write(folder.join("kites.txt"), text).unwrap();
    }
    let served = Served::start(&["--pages", kept.path().to_str().unwrap()]);
    let path = checkout.path().join("a.sarif");
    let mut command = served.run(&["json::schema", "--pages", "our-pages", "--report-sarif"]);
    command
        .arg(&path)
        .current_dir(checkout.path().join("api"))
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", checkout.path());
    let ended = run(&mut command);
    let lines = ended.stderr.lines();
    let errors: Vec<&str> = lines.filter(|line| line.starts_with("::error ")).collect();
    let sarif: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!((errors.len(), results.len()), (2, 2), "{}", ended.stdout);
    let mut ids = Vec::new();
    for (error, result) in errors.iter().zip(results) {
        let place = &result["locations"][0]["physicalLocation"];
        let (uri, line) = (
            place["artifactLocation"]["uri"].as_str().unwrap(),
            &place["region"]["startLine"],
        );
        let begins = format!("::error file={uri},line={line},");
        assert!(error.starts_with(&begins), "{begins}: {error}");
        assert_eq!(uri, "api/our-pages/kites.txt");
        ids.push(
            result["partialFingerprints"]["findingId/v1"]
                .as_str()
                .unwrap(),
        );
    }
    let together = format!(" # id: {}\n", ids.join(", "));
    assert!(ended.stdout.contains(&together), "{}", ended.stdout);
    assert!(ended.stdout.contains("; 2 findings;"), "{}", ended.stdout);
}

#[test]
fn elsewhere_nothing_is_said_to_github() {
    let served = Served::start(&["--fault", FAULT]);
    let ended = run(&mut served.run(&["get-crm-contact-contactid::json::schema"]));
    assert_eq!(ended.code, Some(1));
    assert!(!ended.stderr.contains("::error"), "{}", ended.stderr);
}

#[test]
fn the_id_of_a_finding_asks_for_it_again_and_explains_it() {
    let served = Served::start(&["--fault", FAULT]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let mut command = served.run(&["get-crm-contact-contactid", "--report-json"]);
    let whole = run(command.arg(&path));
    assert_eq!(whole.code, Some(1));
    let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let finding = &report["findings"][0];
    let id = finding["id"].as_str().unwrap();
    let again = run(served.run(&[id, "--report-json"]).arg(&path));
    assert_eq!(again.code, Some(1), "{}", again.stdout);
    let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(report["findings"][0]["id"], id);
    let cases = report["cases"].as_array().unwrap();
    let mut asked = cases.iter().map(|case| case["id"].as_str().unwrap());
    let looks = |case: &str| case.contains("json::schema") || case.contains("xml::shape");
    assert!(
        asked.all(looks),
        "nothing is asked that does not look for it: {cases:?}"
    );
    let told = run(&mut program(&["explain", id]));
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let case = finding["cases"][0].as_str().unwrap();
    for part in [
        case,
        "expected integer",
        "kind = \"fraction\"",
        "GET api/2.0/crm/contact/{contactid}",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    // Code that keeps of a report what it needs finds the anchor of a page by it.
    let html = folder.path().join("report.html");
    let _ = run(served.run(&[id, "--report-html"]).arg(&html));
    let html = fs::read_to_string(&html).unwrap();
    assert!(html.contains(&format!("id=\"{id}\"")), "{html}");
    // What is red in the overview leads there.
    let (_, table) = html.split_once("<table class=\"matrix\">").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    assert!(table.contains(&format!("<a href=\"#{id}\">")), "{table}");
}

#[test]
fn what_breaks_a_promise_of_several_examples_is_told_with_how_many_there_are() {
    let page = |kites: &str| {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "GET api/2.0/kites This function requires authentication\n\nReturns\n\nKites\n\nExample Response\n\n\
             application/json\n\n{{\"status\": 0, \"response\": [{kites}]}}\n"
        );
        fs::write(folder.path().join("kites.txt"), text).unwrap();
        folder
    };
    let promised = page(
        "{\"id\": 1, \"tail\": 2, \"line\": \"a\"}, {\"id\": 2, \"tail\": 3, \"line\": \"b\"}, {\"id\": 3, \"tail\": 3}",
    );
    let kept = page("{\"id\": 1, \"line\": 7}");
    let served = Served::start(&["--pages", kept.path().to_str().unwrap()]);
    let pages = ["--pages", promised.path().to_str().unwrap()];
    let folder = tempfile::tempdir().unwrap();
    let [json, html] = ["a.json", "a.html"].map(|name| folder.path().join(name));
    let mut command = served.run(&["json::schema"]);
    let command = command.args(pages).arg("--report-json").arg(&json);
    let ended = run(command.arg("--report-html").arg(&html));
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    for words in [
        "documented here, seen in 3 of 3 examples",
        "documented here, seen in 2 of 3 examples",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    let html = fs::read_to_string(html).unwrap();
    assert!(html.contains(", seen in 3 of 3 examples"), "{html}");
    let report: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let missing = findings
        .iter()
        .find(|one| one["rule"] == "missing")
        .unwrap();
    let id = missing["id"].as_str().unwrap();
    let told = run(program(&["explain", id]).args(pages));
    let named = format!("run {id} --pages '{}'\n", promised.path().display());
    let waiver = "case = \"get-kites::*\"\n    pointer = \"/**/tail\"\n    kind = \"missing\"\n";
    for part in [named.as_str(), waiver] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    assert_eq!(told.stdout.matches("kind = ").count(), 1, "{}", told.stdout);
    let place = "kites.txt:11:38, seen in 3 of 3 examples\n";
    assert!(
        told.stdout.contains("member: tail, documented at "),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains(place), "{}", told.stdout);
}

#[test]
fn an_id_stays_where_another_operation_is_mended_and_where_fewer_are_tried() {
    let pages = |yard: &str, shed: &str| {
        let folder = tempfile::tempdir().unwrap();
        for (name, members) in [("yard", yard), ("shed", shed)] {
            let text = format!(
                "GET api/2.0/{name}/kites This function requires authentication\n\nReturns\n\nKite\n\nExample Response\n\n\
                 application/json\n\n{{\"status\": 0, \"response\": {{{members}}}}}\n"
            );
            fs::write(folder.path().join(format!("{name}.txt")), text).unwrap();
        }
        folder
    };
    let (sound, broken) = (
        "\"id\": 1, \"tail\": 2, \"line\": 3",
        "\"id\": 1, \"line\": 3",
    );
    let promised = pages(sound, sound);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let told = |kept: &tempfile::TempDir, filter: &str| {
        let served = Served::start(&["--pages", kept.path().to_str().unwrap()]);
        let mut command = served.run(&[filter, "--pages", promised.path().to_str().unwrap()]);
        let ended = run(command.arg("--report-json").arg(&path));
        let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let ids = findings.iter().map(|one| one["id"].as_str().unwrap());
        let cases = report["cases"].as_array().unwrap().len();
        (ids.map(str::to_owned).collect::<Vec<_>>(), cases, ended)
    };
    let (both, ..) = told(&pages(broken, broken), "json::schema");
    assert_eq!(both.len(), 1, "one cause in two operations: {both:?}");
    let mended = pages(sound, broken);
    for filter in ["json::schema", "get-shed", both[0].as_str()] {
        let (ids, cases, ended) = told(&mended, filter);
        assert_eq!(ids, both, "{filter}: {}", ended.stdout);
        assert!(!ended.stderr.contains("not told again"), "{}", ended.stderr);
        // By its id both are asked that have such a member.
        assert_eq!(cases == 2, filter != "get-shed", "{filter}: {cases}");
    }
    // A second member that is lost is a finding of its own, and changes no other's name.
    let (more, ..) = told(&pages("\"id\": 1", broken), "json::schema");
    assert_eq!(more.len(), 2, "{more:?}");
    assert!(more.contains(&both[0]) && more[0] != more[1], "{more:?}");
    let (ids, _, ended) = told(&pages(sound, sound), &both[0]);
    assert!(ids.is_empty() && ended.code == Some(0), "{}", ended.stdout);
    let unseen = format!(
        "{} was not told again by the cases that look for it",
        both[0]
    );
    assert!(ended.stderr.contains(&unseen), "{}", ended.stderr);
}

#[test]
fn members_of_one_name_are_told_apart_and_one_has_all_its_places() {
    let pages = |members: [&str; 3]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, members) in ["dock", "shed", "yard"].into_iter().zip(members) {
            let text = format!(
                "GET api/2.0/{name}/kites This function requires authentication\n\nReturns\n\nKite\n\nExample Response\n\n\
                 application/json\n\n{{\"status\": 0, \"response\": {{\"id\": 1{members}}}}}\n"
            );
            fs::write(folder.path().join(format!("{name}.txt")), text).unwrap();
        }
        folder
    };
    let (word, words) = (", \"tail\": \"a\"", ", \"tail\": [\"a\"]");
    let promised = pages([word, words, word]);
    let kept = pages([words, word, words]);
    let served = Served::start(&["--pages", kept.path().to_str().unwrap()]);
    let sarif = kept.path().join("a.sarif");
    let mut command = served.run(&["json::schema", "--pages"]);
    command
        .arg(promised.path())
        .arg("--report-sarif")
        .arg(&sarif);
    let ended = run(command.env("GITHUB_ACTIONS", "true"));
    for said in ["expected string, got list", "expected list, got string"] {
        assert!(ended.stdout.contains(said), "{said}: {}", ended.stdout);
    }
    let sarif: Value = serde_json::from_slice(&fs::read(&sarif).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let places = results
        .iter()
        .map(|one| one["locations"].as_array().unwrap());
    let files = places.map(|places| {
        let uri = |place: &Value| place["physicalLocation"]["artifactLocation"]["uri"].to_string();
        let names = ["dock", "shed", "yard"].into_iter();
        let has = |name: &str| places.iter().any(|place| uri(place).contains(name));
        names.filter(|name| has(name)).collect::<Vec<_>>()
    });
    let files: Vec<Vec<&str>> = files.collect();
    assert_eq!(
        files,
        [vec!["dock", "yard"], vec!["shed"]],
        "{}",
        ended.stdout
    );
    let errors = ended
        .stderr
        .lines()
        .filter(|line| line.starts_with("::error "));
    let errors: Vec<&str> = errors.collect();
    assert_eq!(errors.len(), 2, "{}", ended.stderr);
    assert!(
        errors[0].contains("%0Aand in get-yard-kites::json::schema, promised at "),
        "{errors:?}"
    );
    // By its id, what cannot tell a finding is not asked.
    let id = &results[1]["partialFingerprints"]["findingId/v1"];
    let mut command = served.run(&[id.as_str().unwrap(), "--list", "--pages"]);
    let ended = run(command.arg(promised.path()));
    assert!(ended.stdout.contains("get-shed-kites"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("get-yard-kites"), "{}", ended.stdout);
}

#[test]
fn an_id_that_no_member_of_the_pages_makes_is_told_and_not_asked_for() {
    let words =
        "no member of these pages makes missing-00000000: name the --pages and the --profile";
    let told = run(&mut program(&["explain", "missing-00000000"]));
    assert_eq!(told.code, Some(0));
    assert!(told.stdout.contains(words), "{}", told.stdout);
    assert!(!told.stdout.contains("looked for by"), "{}", told.stdout);
    let asked = run(&mut program(&["run", "missing-00000000"]));
    assert_eq!(asked.code, Some(2), "{}", asked.stdout);
    assert!(asked.stderr.contains(words), "{}", asked.stderr);
    // What pages do not tell of a cause may be anything.
    let told = run(&mut program(&["explain", "leak-00000000"]));
    assert!(told.stdout.contains("looked for by"), "{}", told.stdout);
}

#[test]
fn what_nobody_knows_is_told_with_the_nearest_name() {
    let told = run(&mut program(&["explain", "mising"]));
    assert_eq!(told.code, Some(2));
    assert!(
        told.stderr.contains("did you mean `missing`?"),
        "{}",
        told.stderr
    );
    let told = run(&mut program(&["explain", "schema"]));
    assert_eq!(told.code, Some(0));
    assert!(told.stdout.contains("letter-case"), "{}", told.stdout);
}

#[test]
fn what_has_two_meanings_is_explained_in_both_and_checks_and_cases_are_too() {
    for (name, parts) in [
        (
            "snapshot",
            &["snapshot (a family of checks)", "snapshot (a rule)"][..],
        ),
        (
            "refusal::no-token",
            &["refusal::no-token (a check)", "without a token is refused"],
        ),
        (
            "identity::asked",
            &[
                "identity::asked (a check)",
                "why: a client shows and changes what it asked for",
                "breaks it:",
                "kind = \"RULE\"",
            ],
        ),
        (
            "json::schema",
            &[
                "schema (a family of checks)",
                "why: a typed client",
                "for example ",
            ],
        ),
        (
            "refusal::unknown-contactid",
            &["for an id that no resource has"],
        ),
        (
            "get-crm-contact-contactid::json::identity::repeated",
            &[
                "(a case)",
                "GET api/2.0/crm/contact/{contactid}",
                "identity::repeated (a check)",
                "run --exact 'get-crm-contact-contactid::json::identity::repeated'",
            ],
        ),
        (
            "get-crm-contact-contactid::json::schema",
            &["(a case)", "schema (a family of checks)"],
        ),
    ] {
        let told = run(&mut program(&["explain", name]));
        assert_eq!(told.code, Some(0), "{name}: {}", told.stderr);
        for part in parts {
            assert!(
                told.stdout.contains(part),
                "{name}: {part}: {}",
                told.stdout
            );
        }
    }
    for (name, advice) in [
        ("refusal::no-tokn", "did you mean `refusal::no-token`?"),
        ("get-crm-contact-contactid::json::schemas", "did you mean"),
        ("a::json::schema", "no case of these pages is called"),
    ] {
        let told = run(&mut program(&["explain", name]));
        assert_eq!(told.code, Some(2), "{name}: {}", told.stdout);
        assert!(told.stderr.contains(advice), "{name}: {}", told.stderr);
    }
}

/// What SARIF 2.1.0 (OASIS, sections 3.13 to 3.58) demands of what a report has, and nothing else: a property
/// that is not listed is a mistake, but for those of property bags.
fn sarif_schema() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let message = json!({"type": "object", "required": ["text"], "additionalProperties": false,
        "properties": {"text": text}});
    let object = |required: Value, properties: Value| json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties});
    let list = |items: Value| json!({"type": "array", "items": items});
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let place = json!({"type": "integer", "minimum": 1});
    let location = object(
        json!(["physicalLocation"]),
        json!({
            "physicalLocation": object(json!(["artifactLocation"]), json!({
                "artifactLocation": object(json!(["uri"]), json!({"uri": {"type": "string", "format": "uri-reference"}})),
                "region": object(json!(["startLine"]), json!({"startLine": place, "startColumn": place})),
            })),
            "logicalLocations": list(object(json!(["fullyQualifiedName"]), json!({"fullyQualifiedName": text}))),
        }),
    );
    let rule = object(
        json!(["id"]),
        json!({
            "id": text,
            "shortDescription": message,
            "fullDescription": message,
            "help": message,
            "defaultConfiguration": object(json!([]), json!({"enabled": {"type": "boolean"}, "level": level})),
            "properties": object(json!([]), json!({"tags": {"type": "array", "uniqueItems": true, "items": text}})),
        }),
    );
    let result = object(
        json!(["message", "ruleId", "locations"]),
        json!({
            "ruleId": text,
            "ruleIndex": {"type": "integer", "minimum": -1},
            "level": level,
            "message": message,
            "locations": {"type": "array", "minItems": 1, "items": location},
            "partialFingerprints": {"type": "object", "additionalProperties": text},
            "properties": {"type": "object"},
            "suppressions": list(object(json!(["kind"]), json!({
                "kind": {"enum": ["inSource", "external"]},
                "status": {"enum": ["accepted", "underReview", "rejected"]},
                "justification": text,
            }))),
        }),
    );
    let driver = object(
        json!(["name"]),
        json!({
            "name": text,
            "version": text,
            "semanticVersion": {"type": "string", "pattern": "^\\d+\\.\\d+\\.\\d+"},
            "rules": {"type": "array", "uniqueItems": true, "items": rule},
        }),
    );
    let invocation = object(
        json!(["executionSuccessful"]),
        json!({
            "executionSuccessful": {"type": "boolean"},
            "exitCode": {"type": "integer"},
            "exitCodeDescription": text,
            "startTimeUtc": {"type": "string", "format": "date-time"},
            "toolExecutionNotifications":
                list(object(json!(["message"]), json!({"level": level, "message": message}))),
        }),
    );
    let of_run = object(
        json!(["tool", "results"]),
        json!({
            "tool": object(json!(["driver"]), json!({"driver": driver})),
            "automationDetails": object(json!([]), json!({"id": text, "description": message})),
            "invocations": list(invocation),
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "results": list(result),
        }),
    );
    object(
        json!(["version", "runs"]),
        json!({
            "$schema": {"type": "string", "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": list(of_run),
        }),
    )
}

#[test]
fn the_report_for_scanners_is_sarif_and_says_where_each_finding_is_promised() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("portal-conformance.toml");
    let served = Served::start(&["--fault", FAULT]);
    let text = format!("[target.t]\nurl = \"{}\"\n", served.url);
    fs::write(&config, &text).unwrap();
    let path = folder.path().join("report.sarif");
    let schema = jsonschema::options()
        .should_validate_formats(true)
        .build(&sarif_schema())
        .unwrap();
    let read = |arguments: &[&str]| -> Value {
        let mut command = program(&["run", "--config"]);
        command.arg(&config).args(["--target", "t"]).args(arguments);
        command.env("PORTAL_TOKEN", crate::support::TOKEN);
        let ended = run(command.arg("--report-sarif").arg(&path));
        assert!(path.exists(), "{}", ended.stderr);
        let sarif = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&sarif)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
        sarif
    };
    let sarif = read(&["get-crm-contact-contactid"]);
    let of_run = &sarif["runs"][0];
    let results = of_run["results"].as_array().unwrap();
    let found = results
        .iter()
        .find(|result| result["level"] == "error")
        .unwrap();
    assert_eq!(found["ruleId"], "fraction");
    let rules = of_run["tool"]["driver"]["rules"].as_array().unwrap();
    let index = usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], found["ruleId"]);
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "pages/get-crm-contact-contactid.txt"
    );
    assert_eq!(place["region"], json!({"startLine": 89, "startColumn": 5}));
    assert!(
        found["partialFingerprints"]["findingId/v1"]
            .as_str()
            .unwrap()
            .starts_with("fraction-")
    );
    // What is forgiven is there, and suppressed.
    let waiver = "[[target.t.waiver]]\ncase = \"*\"\nkind = \"fraction\"\nreason = \"known\"\nuntil = \"2999-01-01\"\n";
    fs::write(&config, text + waiver).unwrap();
    let sarif = read(&["get-crm-contact-contactid"]);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let forgiven = results
        .iter()
        .find(|result| result["ruleId"] == "fraction")
        .unwrap();
    let why = &forgiven["suppressions"][0]["justification"];
    assert_eq!(why, "known (until 2999-01-01)");
    // A portal that cannot be judged is told as such, and not as one without findings.
    fs::write(&config, "[target.t]\nurl = \"http://127.0.0.1:1\"\n").unwrap();
    let sarif = read(&["get-crm-contact-contactid"]);
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["level"],
        "error"
    );
}
