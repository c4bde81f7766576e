//! Pages, files and places that mean harm, or are not what somebody takes them for.

use std::fs;
use std::path::Path;
use std::process::Command;

use portal_conformance::contract;
use portal_conformance::source::Source;
use tempfile::TempDir;

use crate::support::hostile::Hostile;
use crate::support::scene::Scene;
use crate::support::{Ended, Served, program, run};

/// A page whose example answers are these.
fn page(json: &str, xml: &str) -> String {
    format!(
        "GET api/2.0/crm/contact/{{contactid}}\n\nExample Response\n\napplication/json\n{json}\n\ntext/xml\n{xml}\n"
    )
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    [open.repeat(levels), close.repeat(levels)].concat()
}

/// Ends with code 2, and says all this.
fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(2), "{}{}", ended.stdout, ended.stderr);
    for word in words {
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
}

#[test]
fn pages_that_nest_too_deep_are_2_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.txt");
    let path = path.to_str().unwrap();
    let out = folder.path().join("out");
    for (text, line) in [
        (page("{}", &nested("<a>", "</a>", 200_000)), 9),
        (page("{}", &nested("<a>", "</a>", 2500)), 9),
        (page(&nested("[", "]", 5000), "<a/>"), 6),
        (page(&nested("{\"a\":", "}", 100), "<a/>"), 6),
    ] {
        fs::write(path, text).unwrap();
        let place = format!("deep.txt:{line}:");
        for arguments in [
            &["lint", path][..],
            &["generate", "--pages", path, "--out", out.to_str().unwrap()],
            &["run", "--pages", path],
            &["serve", "--pages", path],
        ] {
            let ended = run(&mut program(arguments));
            assert_refused(
                &ended,
                &[
                    &place,
                    "an example of at most 64 levels, found one more level",
                ],
            );
            assert!(ended.stderr.len() < 1000, "{}", ended.stderr);
        }
        assert!(!out.exists());
    }
}

#[test]
fn what_a_page_makes_grows_as_the_page_does() {
    let names = |from: usize, to: usize| {
        let members = (from..to).map(|at| format!("\"m{at}\":1"));
        members.collect::<Vec<_>>().join(",")
    };
    let deep = |middle: &str| {
        let json = format!(
            "{{\"response\":{}}}",
            "{\"a\":".repeat(60) + middle + &"}".repeat(60)
        );
        let xml = nested("<a>", "</a>", 60);
        page(
            &json,
            &format!("<result><response>{xml}</response></result>"),
        )
    };
    let text = deep(&format!("{{{}}}", names(0, 900)));
    let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
    let profile = portal_conformance::profile::load("as-documented").unwrap();
    let files = portal_conformance::schema::files(&contract, &profile);
    let bytes: usize = files.values().map(String::len).sum();
    assert!(bytes < 200 * text.len(), "{bytes} of {}", text.len());
    // Every member is missing in XML: a few hundred times is enough, and no line is told whole.
    let remarks = portal_conformance::lint::findings(&contract);
    let told: usize = remarks.iter().map(|remark| remark.to_string().len()).sum();
    assert!(told < 200_000, "{told}");
    let last = &remarks.last().unwrap().message;
    assert!(
        last.ends_with("more findings on this page are not told"),
        "{last}"
    );
    let rows = "a\nsent in query\nA number number 1\n".repeat(201);
    let text = format!("GET api/2.0/x\n\nParameters\nName Description Type Example\n{rows}");
    let error = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap_err();
    assert!(
        error.to_string().contains("at most 200 parameters"),
        "{error}"
    );
    let path = "{a}/".repeat(1000);
    let text = format!("GET {path}\n\nReturns\n");
    let error = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("page.txt:1:5: expected a path of at most 2000 bytes"),
        "{error}"
    );
    // What the request shows is kept for each parameter.
    let rows = "a\nsent in body\nA text string\n".repeat(200);
    let body = format!("{{\"a\": \"{}\"}}", "x".repeat(70_000));
    let text = format!(
        "PUT a\nParameters\nName Description Type Example\n{rows}Example\nPUT a\n\n{body}\n"
    );
    let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
    let operation = &contract.operations[0];
    assert!(operation.request.is_none());
    let unread = &operation.unread[0].expected;
    assert_eq!(unread, "an example request of at most 65536 bytes");
}

#[test]
fn generate_removes_only_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let file = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let foreign = [
        file("mine/response.rng", "<grammar/>"),
        file("mine/request.schema.json", "{\"title\": \"mine: request\"}"),
        file(
            "other/response.schema.json",
            "{\"title\": \"GET api/2.0/crm/contact/{contactid}: response\"}",
        ),
        file("get-crm/notes.txt", "x"),
        file("get-crm/request.schema.json", "no JSON"),
    ];
    let generate = |pages: &[&str]| {
        let mut command = program(&["generate", "--out", "."]);
        run(command.args(pages).current_dir(&folder))
    };
    assert_eq!(generate(&[]).code, Some(0));
    let of_post = folder.path().join("post-crm-contact-project-projectid");
    assert_eq!(fs::read_dir(&of_post).unwrap().count(), 3);
    // Somebody made one of them his own.
    let own = of_post.join("response.rng");
    let text = fs::read_to_string(&own).unwrap();
    fs::write(&own, text.replace("<grammar", "<!-- mine --><grammar")).unwrap();
    let title = "{\"title\": \"GET api/2.0/old: response\"}";
    let old = file("get-old/response.schema.json", title);
    // One page less: what was written for it goes.
    let page = crate::support::project().join("pages/get-crm-contact-contactid.txt");
    let ended = generate(&["--pages", page.to_str().unwrap()]);
    assert_eq!(
        ended.stdout.matches(": removed").count(),
        2,
        "{}",
        ended.stdout
    );
    assert_eq!(fs::read_dir(&of_post).unwrap().count(), 1);
    for path in foreign.into_iter().chain([own, old]) {
        assert!(path.exists(), "{}", path.display());
    }
}

#[test]
fn generate_writes_over_nothing_that_others_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("get-crm-contact-contactid");
    fs::create_dir(&place).unwrap();
    let mine = place.join("response.rng");
    fs::write(&mine, "<grammar/>").unwrap();
    let generate = || run(program(&["generate", "--out", "."]).current_dir(&folder));
    let ended = generate();
    assert_refused(&ended, &["response.rng is no file that `generate` wrote"]);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "<grammar/>");
    assert_eq!(
        fs::read_dir(&place).unwrap().count(),
        1,
        "nothing is written"
    );
    fs::remove_file(&mine).unwrap();
    assert_eq!(generate().code, Some(0));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 3);
}

#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads_takes_no_report_and_one_that_is_read_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    pipe(&path);
    let report = path.to_str().unwrap();
    let case = "get-crm-contact-contactid::json::transport";
    let ended = run(&mut program(&["run", case, "--report-json", report]));
    assert_refused(&ended, &["nobody reads this pipe"]);
    let read = path.clone();
    let reader = std::thread::spawn(move || fs::read_to_string(read).unwrap());
    let ended = run(&mut program(&["run", case, "--report-json", report]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(reader.join().unwrap().contains("\"exit\""));
    // Devices take what they are given.
    let ended = run(&mut program(&["run", case, "--report-json", "/dev/null"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// What a run of one case that conforms says, with reports.
fn with_reports(command: &mut Command, folder: &TempDir) -> Ended {
    let json = folder.path().join("report.json");
    let _ = fs::remove_file(&json);
    let full = ["--report-junit", "/dev/full", "--report-html", "/dev/full"];
    let ended = run(command.args(full).arg("--report-json").arg(&json));
    let report = fs::read_to_string(&json).unwrap();
    assert!(report.ends_with("}\n"), "{report}");
    let errors = ended
        .stderr
        .matches("error: /dev/full: cannot write the report");
    assert_eq!(errors.count(), 2, "{}", ended.stderr);
    ended
}

#[test]
fn a_report_that_cannot_be_written_stops_no_other_and_hides_no_verdict() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: no /dev/full here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let case = "get-crm-contact-contactid::json";
    let good = with_reports(&mut program(&["run", case]), &folder);
    assert_eq!(good.code, Some(2), "{}", good.stdout);
    let fault = "schema:get-crm-contact-contactid:drop:TaskCount";
    let drifted = Served::start(&["--fault", fault]);
    let bad = with_reports(&mut drifted.run(&[case]), &folder);
    assert_eq!(bad.code, Some(1), "{}", bad.stdout);
    let gone = program(&["run", case, "--url", "http://127.0.0.1:9"]);
    let none = with_reports(&mut { gone }, &folder);
    assert_eq!(none.code, Some(3), "{}", none.stdout);
}

#[test]
fn no_report_takes_the_place_of_a_configuration_or_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let (config, page) = (
        folder.path().join("portal-conformance.toml"),
        folder.path().join("page.txt"),
    );
    let text = "[target.a]\nurl = 'http://127.0.0.1:9'\n";
    fs::write(&config, text).unwrap();
    fs::copy(
        crate::support::project().join("pages/get-crm-contact-contactid.txt"),
        &page,
    )
    .unwrap();
    let (over, under) = (
        folder.path().join("over.toml"),
        folder.path().join("under.toml"),
    );
    fs::write(&under, "name = \"under\"\nextends = \"as-documented\"\n").unwrap();
    let extends = format!("name = \"over\"\nextends = \"{}\"\n", under.display());
    fs::write(&over, extends).unwrap();
    let (over, under) = (over.to_str().unwrap(), under.to_str().unwrap());
    let (config, page) = (config.to_str().unwrap(), page.to_str().unwrap());
    let pages = folder.path().to_str().unwrap();
    let case = "get-crm-contact-contactid::json::transport";
    for arguments in [
        // The reference portal, so that no target of the file is meant.
        &["run", case, "--report-json", config][..],
        &[
            "run",
            case,
            "--report-html",
            "../../portal-conformance.toml",
        ],
        &["run", case, "--no-config", "--report-json", config],
        &["run", case, "--config", config, "--report-junit", config],
        &["run", case, "--pages", pages, "--report-json", page],
        &["run", case, "--profile", over, "--report-json", over],
        &["run", case, "--profile", over, "--report-json", under],
        &["faults", "nothing", "--report-json", config],
        &["faults", "nothing", "--pages", page, "--report-json", page],
    ] {
        let ended = run(program(arguments).current_dir(&below));
        assert_refused(&ended, &["the run reads this file"]);
        assert_eq!(fs::read_to_string(config).unwrap(), text, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_journal_or_a_schema_is_an_error_soon() {
    let scene = Scene::new(None);
    let journals = scene.folder.path().join(".portal-conformance");
    fs::create_dir(&journals).unwrap();
    let journal = journals.join("office-1.jsonl");
    pipe(&journal);
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("office-1.jsonl: it is a pipe"),
        "{}",
        ended.stderr
    );
    let token = ["run", "--target", "office", "token"];
    let ended = run(&mut scene.program(&token));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("left test data"), "{}", ended.stderr);
    fs::remove_file(&journal).unwrap();
    fs::remove_file(journals.join("lock")).unwrap();
    pipe(&journals.join("lock"));
    let ended = run(&mut scene.program(&token));
    assert_refused(&ended, &["lock: it is a pipe"]);
    scene.assert_clean("nothing is made without a journal");
    // A configuration that is found is read as one that is named.
    let folder = tempfile::tempdir().unwrap();
    pipe(&folder.path().join("portal-conformance.toml"));
    let ended = run(program(&["run", "--list"]).current_dir(&folder));
    assert_refused(&ended, &["portal-conformance.toml: it is a pipe"]);
    let schemas = folder.path().join("get-crm-contact-contactid");
    fs::create_dir(&schemas).unwrap();
    pipe(&schemas.join("response.rng"));
    let ended = run(program(&["generate", "--out", "."]).current_dir(&folder));
    assert_refused(&ended, &["it is a pipe"]);
}

/// What `run --list` says in a folder below one with a configuration.
#[cfg(unix)]
fn listed(folder: &TempDir, arguments: &[&str]) -> Ended {
    let below = folder.path().join("below");
    let mut command = program(&["run", "--list", "transport"]);
    run(command.args(arguments).current_dir(below))
}

#[cfg(unix)]
#[test]
fn a_configuration_that_others_may_have_written_is_used_only_where_it_is_named() {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    let file = folder.path().join("portal-conformance.toml");
    fs::write(&file, "[target.a]\nurl = 'https://portal.invalid'\n").unwrap();
    let name = file.to_str().unwrap();
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o664);
    assert_eq!(listed(&folder, &["--target", "a"]).code, Some(0));
    mode(0o646);
    let assert_unused = |flaw: &str| {
        for arguments in [&["--target", "a"][..], &[]] {
            assert_refused(&listed(&folder, arguments), &[name, flaw, "--config"]);
        }
        let named = listed(&folder, &["--target", "a", "--config", name]);
        assert_eq!(named.code, Some(0), "{}", named.stderr);
        assert_eq!(listed(&folder, &["--no-config"]).code, Some(0));
        let ended = run(program(&["cleanup"]).current_dir(&folder));
        assert_refused(&ended, &[flaw]);
    };
    assert_unused("can be written by everybody");
    mode(0o644);
    if chown(&file, Some(54_321), None).is_err() {
        eprintln!("the rest is skipped: only root gives files away");
        return;
    }
    assert_unused("belongs to another user (54321)");
    let other = folder.path().join("other.toml");
    fs::rename(&file, &other).unwrap();
    chown(&other, Some(0), None).unwrap();
    symlink(&other, &file).unwrap();
    assert_eq!(listed(&folder, &["--target", "a"]).code, Some(0));
    std::os::unix::fs::lchown(&file, Some(54_321), None).unwrap();
    assert_unused("belongs to another user (54321)");
}

#[test]
fn what_nobody_sees_in_a_title_is_shown_by_its_number() {
    let title = "Sign\u{200b} in\u{200f}, \u{2060}office\u{feff}\u{e0041}";
    let page = format!("<!DOCTYPE html><title>{title}</title>");
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n";
    let portal = Hostile::saying(format!("{head}{page}"));
    let folder = tempfile::tempdir().unwrap();
    let kinds = ["junit", "json", "markdown", "html"];
    let path = |kind: &str| folder.path().join(kind);
    let mut command = program(&["run", "get-crm", "--url", &portal.url]);
    for kind in kinds {
        command.arg(format!("--report-{kind}")).arg(path(kind));
    }
    let ended = run(command.env("PORTAL_TOKEN", "sesame-0123456789"));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let mut outputs = vec![ended.stdout];
    outputs.extend(kinds.map(|kind| fs::read_to_string(path(kind)).unwrap()));
    // JSON has escapes of its own, so that programs read the title as it came.
    let json: serde_json::Value = serde_json::from_str(&outputs[2]).unwrap();
    assert!(json.to_string().contains(title), "{json}");
    assert!(outputs[2].contains("\\u200b in\\u200f"), "{}", outputs[2]);
    for output in outputs {
        let is_json = output.starts_with('{');
        assert!(is_json || output.contains("u{200b} in"), "{output}");
        for unseen in ['\u{200b}', '\u{200f}', '\u{2060}', '\u{feff}', '\u{e0041}'] {
            assert!(!output.contains(unseen), "{}", unseen.escape_unicode());
        }
    }
}
