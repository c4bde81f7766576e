//! A JSON report that somebody hands out: what it names, and what `report check` says of it.

use std::fs;
use std::path::Path;

use portal_conformance::report;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::report_schema::check_json;
use crate::support::{Ended, Served, TOKEN, answer_by_path, program, project, run};

/// How somebody changes a report that knows the place of a violating case.
type Change = fn(&mut Value, usize);

const FAST: &str = "get-crm-contact-contactid::json";
const DROPS: &str = "schema:get-crm-contact-contactid:drop:TaskCount";

/// The report of a run of the program, which ended in a code.
fn report_of(folder: &TempDir, arguments: &[&str], code: i32) -> String {
    let path = folder.path().join("report.json");
    let mut command = program(&["run", "--report-json", path.to_str().unwrap()]);
    let ended = run(command.args(arguments));
    assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
    fs::read_to_string(&path).unwrap()
}

fn checked(folder: &TempDir, text: &str, arguments: &[&str]) -> Ended {
    let path = folder.path().join("checked.json");
    fs::write(&path, text).unwrap();
    let mut command = program(&["report", "check", path.to_str().unwrap()]);
    run(command.args(arguments))
}

/// The same report, changed, and sealed again by somebody who knows how.
fn resealed(text: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut document: Value = serde_json::from_str(text).unwrap();
    change(&mut document);
    report::sealed(&document.to_string())
}

#[test]
fn a_report_is_whole_as_it_was_written_and_in_any_layout() {
    let folder = tempfile::tempdir().unwrap();
    let text = report_of(&folder, &[FAST], 0);
    let document: Value = serde_json::from_str(&text).unwrap();
    check_json(&document);
    for layout in [&text, &document.to_string()] {
        let ended = checked(&folder, layout, &[]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert!(
            ended.stdout.contains("the report is whole"),
            "{}",
            ended.stdout
        );
        // What it does not say stands beside what it says.
        assert!(
            ended.stdout.contains("were not selected"),
            "{}",
            ended.stdout
        );
    }
    let certificate = &document["certificate"];
    assert_eq!(
        certificate["account"],
        json!({"scheme": "raw", "second": false})
    );
    assert_eq!(certificate["levels"], json!([]));
    assert_eq!(certificate["effort"], "thorough");
    assert_eq!(certificate["values"], false);
    assert_eq!(certificate["pages"]["files"].as_array().unwrap().len(), 2);
}

#[test]
fn what_was_changed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = report_of(&folder, &[FAST], 0);
    for (old, new) in [
        ("\"waited_ms\": 0.0", "\"waited_ms\": 1.0"),
        ("\"name\": null", "\"name\": \"x\""),
        ("\"strict\": false", "\"strict\": true"),
    ] {
        let changed = text.replacen(old, new, 1);
        assert_ne!(changed, text, "{old}");
        let ended = checked(&folder, &changed, &[]);
        assert_eq!(ended.code, Some(1), "{old}: {}", ended.stdout);
        assert!(
            ended.stdout.contains("its digest is another"),
            "{}",
            ended.stdout
        );
    }
    let without = resealed(&text, |document| {
        document
            .as_object_mut()
            .unwrap()
            .shift_remove("certificate");
    });
    let ended = checked(&folder, &without, &[]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.contains("it bears no digest"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_report_that_contradicts_itself_is_not_whole_whatever_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&["--fault", DROPS]);
    let path = folder.path().join("served.json");
    let mut command = served.run(&[FAST, "--report-json", path.to_str().unwrap()]);
    assert_eq!(run(&mut command).code, Some(1));
    let text = fs::read_to_string(&path).unwrap();
    let ended = checked(&folder, &resealed(&text, |_| {}), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let violating = |document: &mut Value| -> usize {
        let mut cases = document["cases"].as_array().unwrap().iter();
        cases
            .position(|case| case["verdict"] == "violates")
            .unwrap()
    };
    let changes: [(&str, Change); 13] = [
        ("/summary/violates says 0", |document, _| {
            document["summary"]["violates"] = json!(0);
        }),
        ("does not show what its verdict says", |document, at| {
            document["cases"][at]["violations"] = json!([]);
        }),
        ("does not show what its verdict says", |document, at| {
            document["cases"][at]["verdict"] = json!("conforms");
        }),
        ("violates and is in no finding", |document, _| {
            document["findings"] = json!([]);
        }),
        ("which does not violate", |document, _| {
            let mut cases = document["cases"].as_array().unwrap().iter();
            let good = cases.find(|case| case["verdict"] == "conforms").unwrap();
            let good = good["id"].clone();
            let named = &mut document["findings"][0]["cases"];
            named.as_array_mut().unwrap().push(good);
        }),
        ("shows what it tells", |document, _| {
            document["findings"][0]["rule"] = json!("status");
        }),
        ("stands in it twice", |document, _| {
            let finding = document["findings"][0].clone();
            document["findings"].as_array_mut().unwrap().push(finding);
        }),
        ("ends in 0", |document, _| {
            document["exit"]["code"] = json!(0);
        }),
        (
            "it ends in the sentence of exit code 0: the portal keeps",
            |document, _| {
                document["exit"]["sentence"] = json!("the portal keeps the contract");
            },
        ),
        ("the digest of its pages is not that", |document, _| {
            let pages = &mut document["certificate"]["pages"]["files"];
            pages.as_array_mut().unwrap().pop();
        }),
        ("stands in it twice", |document, at| {
            let case = document["cases"][at].clone();
            document["cases"].as_array_mut().unwrap().push(case);
        }),
        ("/coverage/seen says", |document, _| {
            document["coverage"]["seen"] = json!(100_000);
        }),
        ("breaks the schema of reports at /retries", |document, _| {
            document["retries"] = json!("many");
        }),
    ];
    for (told, change) in changes {
        let forged = resealed(&text, |document| {
            let at = violating(document);
            change(document, at);
        });
        let ended = checked(&folder, &forged, &[]);
        assert_eq!(ended.code, Some(1), "{told}: {}", ended.stdout);
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
        assert!(
            !ended.stdout.contains("its digest is another"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn a_report_fits_the_texts_of_its_pages_and_its_profile_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("our-pages");
    fs::create_dir(&pages).unwrap();
    for entry in fs::read_dir(project().join("pages")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // Other names and line ends are no other pages.
        let name = path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .replace("crm", "our");
        fs::write(pages.join(name), text.replace('\n', "\r\n")).unwrap();
    }
    let profile = folder.path().join("mine.toml");
    let written = |more: &str| {
        let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{more}");
        fs::write(&profile, text).unwrap();
    };
    written("");
    let (pages, profile) = (pages.to_str().unwrap(), profile.to_str().unwrap());
    let text = report_of(&folder, &[FAST, "--pages", pages, "--profile", profile], 0);
    let told = |arguments: &[&str], code: i32| {
        let ended = checked(&folder, &text, arguments);
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        ended.stdout
    };
    told(&["--pages", pages, "--profile", profile], 0);
    told(&["--profile", profile], 0);
    let unnamed = told(&[], 1);
    assert!(
        unnamed.contains("its profile mine is not built in"),
        "{unnamed}"
    );
    let other = told(&["--profile", "community-server"], 1);
    assert!(other.contains("another than this one"), "{other}");
    written("summary = \"changed\"\n");
    told(&["--profile", profile], 1);
    written("");
    let page = Path::new(pages).join("get-our-contact-contactid.txt");
    let one = told(
        &["--pages", page.to_str().unwrap(), "--profile", profile],
        1,
    );
    assert!(
        one.contains("by other pages: ") && one.contains("post-our-"),
        "{one}"
    );
    fs::write(
        Path::new(pages).join("more.txt"),
        "GET api/2.0/more\nReturns\nX\n",
    )
    .unwrap();
    let fewer = told(&["--pages", pages, "--profile", profile], 1);
    assert!(fewer.contains("by fewer pages: 1 of these"), "{fewer}");
}

#[test]
fn what_was_chosen_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        FAST,
        "--strict",
        "--effort",
        "quick",
        "--allow",
        "missing",
        "--show-values",
    ];
    let text = report_of(&folder, &arguments, 0);
    let document: Value = serde_json::from_str(&text).unwrap();
    let certificate = &document["certificate"];
    assert_eq!(certificate["strict"], true);
    assert_eq!(certificate["effort"], "quick");
    assert_eq!(
        certificate["levels"],
        json!([{"rule": "missing", "level": "allow"}])
    );
    let ended = checked(&folder, &text, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    for limit in [
        "missing at allow",
        "--effort quick",
        "values of the portal's data",
    ] {
        assert!(ended.stdout.contains(limit), "{limit}: {}", ended.stdout);
    }
}

#[test]
fn what_is_no_report_cannot_be_checked() {
    let folder = tempfile::tempdir().unwrap();
    for (text, told) in [
        ("", "no report of `run --report-json`"),
        ("[]", "it has no version"),
        (
            "{\"version\": 1, \"since\": {\"old\": \"x\"}}",
            "it is a comparison of `compare --report-json`",
        ),
        (
            "{\"version\": 1, \"comparison\": {\"portals\": []}}",
            "it is a comparison of `compare --report-json`",
        ),
        ("{\"version\": 7}", "its version is 7"),
        (
            "{\"version\": 1,\n\"version\": 1}",
            "a member stands twice in one object at line 2",
        ),
    ] {
        let ended = checked(&folder, text, &[]);
        assert_eq!(ended.code, Some(2), "{text}: {}", ended.stdout);
        assert!(ended.stderr.contains(told), "{text}: {}", ended.stderr);
    }
    let ended = run(&mut program(&["report", "check", "nowhere.json"]));
    assert_eq!(ended.code, Some(2));
    // Whatever its texts are, they steer no terminal.
    let ended = checked(
        &folder,
        "{\"version\": 1, \"profile\": \"\\u001b[31m\\n::error::\"}",
        &[],
    );
    assert_eq!(ended.code, Some(1));
    assert!(!ended.stdout.contains('\u{1b}') && !ended.stdout.contains("::error"));
}

/// Everything that a portal says is data here: texts, numbers, names of items.
#[test]
fn no_value_of_the_portals_data_is_in_a_report_unless_it_says_so() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/office", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        answer_by_path(&listener, |line| {
            let person = "\"Sentinel Person\"";
            let body = format!(
                "{{\"count\":1,\"status\":0,\"statusCode\":200,\"response\":{{\"ID\":1234,\"DisplayName\":{person},\"TaskCount\":{person},\"Created\":{person},\"Notes\":[{person},770077]}}}}"
            );
            let status = if line.contains("999") {
                "404 Sentinel"
            } else {
                "200 OK"
            };
            (status.to_owned(), "application/json".to_owned(), body)
        });
    });
    for (arguments, shows) in [(&[][..], false), (&["--show-values"][..], true)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        let mut command = program(&["run", "--url", &url, "--report-json"]);
        command
            .arg(&path)
            .args(arguments)
            .env("PORTAL_TOKEN", TOKEN);
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let text = fs::read_to_string(&path).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["target"]["url"], url);
        assert_eq!(document["certificate"]["values"], shows);
        assert_eq!(text.contains("Sentinel"), shows);
        assert!(!text.contains("770077"));
        assert!(!text.contains(TOKEN));
        let ended = checked(&folder, &text, &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    }
}
