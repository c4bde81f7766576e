//! `adopt`: a portal in a dialect of its own goes from nothing to a green gate, and its drifts are caught.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::atelier::{Atelier, CONTACTS, Drift, TOKEN};
use crate::bureau::{ANNA, Bureau, Habit, ODD, SHELL, WORKS};
use crate::support::rows::{complaints, one_of_three};
use crate::support::{Ended, program, run};

/// What somebody writes who knows the dialect.
const BY_HAND: &str = r#"
extends = "as-documented"
name = "by-hand"
snapshots = "by-hand"

[json]
media-types = ["text/json"]

[xml]
extension = ".xml"
root = "answer"
true = "true"
false = "false"

[refusal]
unknown = [410]

[inference]
date-time-fraction-digits = 3

[[envelope.member]]
name = "status"
type = "integer"
equals = "status-code"

[[envelope.member]]
name = "found"
type = "integer"
equals = "items"

[[envelope.member]]
name = "edition"
type = "text"

[[note]]
at = "ContactType"
definition = "Contact"
never = true
because = "no contact has a type"

[[note]]
at = "TaskCount"
definition = "Contact"
type = "text"
because = "a text"

[[note]]
at = "AccessList"
definition = "Contact"
when = { member = "IsPrivate", is = true, only = true }
because = "private contacts alone"

[[note]]
at = "Industry"
definition = "Contact"
optional = true
because = "not always"

[[note]]
at = "Currency"
definition = "Contact"
nullable = true
because = "not always"

[[note]]
at = "Category"
definition = "Address"
optional = true
because = "left out at its default"

[[member]]
name = "Rating"
definition = "Contact"
type = "integer"
because = "always"

[[member]]
name = "Nickname"
definition = "Contact"
type = "text"
when = { member = "IsCompany", is = false }
because = "persons"
"#;

/// The program in a folder, with the token and some contacts.
fn command(folder: &Path, arguments: &[&str], url: &str, contacts: &[i64]) -> Command {
    let contacts: Vec<String> = contacts.iter().map(i64::to_string).collect();
    let mut command = program(arguments);
    command
        .args(["--no-config", "--url", url])
        .args(["--param", &format!("contactid={}", contacts.join(","))])
        .current_dir(folder)
        .env("PORTAL_TOKEN", TOKEN);
    command
}

fn all() -> Vec<i64> {
    CONTACTS.collect()
}

/// Proposes `atelier.toml.new` in a folder.
fn adopted(folder: &Path, atelier: &Atelier, contacts: &[i64]) -> Ended {
    let arguments = ["adopt", "--quiet", "--out", "atelier.toml"];
    run(&mut command(folder, &arguments, &atelier.url, contacts))
}

/// What is proposed of all contacts.
fn proposed(folder: &Path, atelier: &Atelier) -> String {
    let ended = adopted(folder, atelier, &all());
    let text = fs::read_to_string(folder.join("atelier.toml.new")).unwrap_or_default();
    assert_eq!(
        ended.code,
        Some(0),
        "{}{}\n{text}",
        ended.stdout,
        ended.stderr
    );
    text
}

fn accepted(folder: &Path) -> Ended {
    let arguments = ["adopt", "--accept", "--out", "atelier.toml"];
    run(program(&arguments).current_dir(folder))
}

fn tried(folder: &Path, atelier: &Atelier, profile: &str, contacts: &[i64]) -> Ended {
    let arguments = ["run", "--quiet", "--profile", profile];
    run(&mut command(folder, &arguments, &atelier.url, contacts))
}

#[test]
fn a_portal_in_a_dialect_of_its_own_is_green_under_what_is_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::None);
    let text = proposed(folder.path(), &atelier);
    // Nothing was sent that could change the portal.
    let asked = ["GET ", "HEAD ", "OPTIONS "];
    let log = atelier.log();
    assert!(
        log.iter()
            .all(|line| asked.iter().any(|method| line.starts_with(method))),
        "{log:?}"
    );
    for said in [
        "extends = \"as-documented\"\nname = \"atelier\"\n",
        "media-types = [\"text/json\"]\n",
        "extension = \".xml\"\n",
        "root = \"answer\"\n",
        "true = \"true\"\nfalse = \"false\"\n",
        "unknown = [404, 410]\n",
        "date-time-fraction-digits = 3\n",
        "name = \"status\"\ntype = \"integer\"\nequals = \"status-code\"\n",
        "name = \"found\"\ntype = \"integer\"\nequals = \"items\"\n",
        "name = \"edition\"\ntype = \"text\"\n",
        "at = \"ContactType\"\ndefinition = \"Contact\"\nnever = true\n\
         because = \"absent in 14 of 14 answers of get-crm-contact-contactid, ",
        "at = \"TaskCount\"\ndefinition = \"Contact\"\ntype = \"text\"\n",
        "at = \"AccessList\"\ndefinition = \"Contact\"\nwhen = { member = \"IsPrivate\", is = true, only = true }\n\
         because = \"there only where IsPrivate is true; absent in 7 of 14 answers",
        "at = \"Industry\"\ndefinition = \"Contact\"\noptional = true\n\
         because = \"absent in 3 of 14 answers",
        "at = \"Currency\"\ndefinition = \"Contact\"\nnullable = true\nbecause = \"null in 3 of 14 answers",
        "at = \"Category\"\ndefinition = \"Address\"\noptional = true\nbecause = \"absent in 4 of 14 answers",
        "name = \"Rating\"\ndefinition = \"Contact\"\ntype = \"integer\"\nbecause = \"undocumented, there in 14 of 14 answers",
        "name = \"Nickname\"\ndefinition = \"Contact\"\ntype = \"text\"\nwhen = { member = \"IsCompany\", is = false, only = true }\n",
    ] {
        assert!(text.contains(said), "no {said}\nin\n{text}");
    }
    assert_eq!(text.matches("[[note]]").count(), 6, "{text}");
    assert_eq!(text.matches("[[member]]").count(), 2, "{text}");
    assert_eq!(text.matches("[[envelope.member]]").count(), 3, "{text}");
    // What it rests on holds neither the token nor the portal's data.
    let evidence = fs::read_to_string(folder.path().join("atelier.toml.har")).unwrap();
    for data in [TOKEN, "Nick1", "Canal", "Number1", "desk"] {
        assert!(!evidence.contains(data), "{data}");
    }
    let ended = accepted(folder.path());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let ended = tried(folder.path(), &atelier, "./atelier.toml", &all());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(!ended.stdout.contains("violates"), "{}", ended.stdout);
}

/// Takes a member away.
fn without(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().shift_remove(name);
}

/// Drifts of contacts.
fn of_contacts() -> Vec<(&'static str, Drift)> {
    vec![
        (
            "a member is gone",
            Drift::Contact(|it| without(it, "About")),
        ),
        (
            "a member of a list is gone",
            Drift::Contact(|it| without(&mut it["Addresses"][0], "City")),
        ),
        (
            "an undocumented member is gone",
            Drift::Contact(|it| without(it, "Rating")),
        ),
        (
            "one is gone from persons",
            Drift::Contact(|it| without(it, "Nickname")),
        ),
        (
            "private contacts lose their list",
            Drift::Contact(|it| without(it, "AccessList")),
        ),
        (
            "all contacts have a list",
            Drift::Contact(|it| it["AccessList"] = json!([])),
        ),
        (
            "a member has another name",
            Drift::Contact(|it| {
                let value = it["DisplayName"].take();
                without(it, "DisplayName");
                it["ShownName"] = value;
            }),
        ),
        (
            "a member is in another letter case",
            Drift::Contact(|it| {
                let value = it["ShareType"].take();
                without(it, "ShareType");
                it["shareType"] = value;
            }),
        ),
        (
            "a number is a text",
            Drift::Contact(|it| it["ShareType"] = json!("1")),
        ),
        (
            "a text is a number again",
            Drift::Contact(|it| it["TaskCount"] = json!(3)),
        ),
        (
            "an undocumented number is a text",
            Drift::Contact(|it| it["Rating"] = json!("ten")),
        ),
        (
            "a boolean is a number",
            Drift::Contact(|it| it["CanEdit"] = json!(1)),
        ),
        (
            "a member is null",
            Drift::Contact(|it| it["About"] = Value::Null),
        ),
        (
            "a member of an object is null",
            Drift::Contact(|it| it["CreateBy"]["Title"] = Value::Null),
        ),
        (
            "dates have no fraction",
            Drift::Contact(|it| it["Created"] = json!("2021-03-01T08:09:10Z")),
        ),
        (
            "dates are of no standard",
            Drift::Contact(|it| it["Created"] = json!("1 March 2021")),
        ),
        (
            "an id is no GUID",
            Drift::Contact(|it| it["CreateBy"]["Id"] = json!("42")),
        ),
        (
            "another contact comes",
            Drift::Contact(|it| it["id"] = json!(301)),
        ),
    ]
}

/// Drifts of whole answers.
fn of_answers() -> Vec<(&'static str, Drift)> {
    vec![
        (
            "the envelope loses a member",
            Drift::Answer(|it| without(it, "edition")),
        ),
        (
            "the envelope has one more",
            Drift::Answer(|it| it["took"] = json!(5)),
        ),
        (
            "the envelope counts wrong",
            Drift::Answer(|it| it["found"] = json!(2)),
        ),
        (
            "the envelope says another status",
            Drift::Answer(|it| it["status"] = json!(0)),
        ),
        (
            "the payload is elsewhere",
            Drift::Answer(|it| {
                let value = it["response"].take();
                without(it, "response");
                it["result"] = value;
            }),
        ),
        (
            "XML has another root",
            Drift::Markup(|text| text.replace("answer>", "result>")),
        ),
        (
            "XML spells booleans otherwise",
            Drift::Markup(|text| text.replace(">true<", ">True<")),
        ),
        (
            "XML loses a member",
            Drift::Markup(|text| {
                text.replace("<About>", "<Around>")
                    .replace("</About>", "</Around>")
            }),
        ),
    ]
}

/// Drifts of what is answered to whom.
fn of_replies() -> Vec<(&'static str, Drift)> {
    vec![
        (
            "JSON has another label",
            Drift::Reply(|path, is_known, reply| {
                if is_known && !path.contains(".xml") {
                    reply.media_type = "text/plain";
                }
            }),
        ),
        (
            "XML is answered in JSON",
            Drift::Reply(|_, is_known, reply| {
                if is_known && reply.status == 200 && reply.body.starts_with('<') {
                    "{\"status\":200,\"response\":{}}".clone_into(&mut reply.body);
                }
            }),
        ),
        (
            "no token is asked for",
            Drift::Reply(|path, is_known, reply| {
                if !is_known && path.contains("/contact/30") {
                    reply.status = 200;
                    "{\"status\":200,\"response\":{\"id\":301}}".clone_into(&mut reply.body);
                }
            }),
        ),
        (
            "what is not there is an error of the server",
            Drift::Reply(|_, _, reply| {
                if reply.status == 410 {
                    reply.status = 500;
                }
            }),
        ),
        (
            "a refusal holds data",
            Drift::Reply(|path, is_known, reply| {
                let id = path
                    .split_once("/contact/3")
                    .map(|(_, rest)| rest.trim_end_matches(".xml"));
                if let (false, Some(id)) = (is_known, id) {
                    let number = id.trim_start_matches('0');
                    reply.body = format!(
                        "{{\"status\":1,\"error\":{{\"message\":\"Contact Number{number} is not yours\"}}}}"
                    );
                }
            }),
        ),
    ]
}

fn drifts() -> Vec<(&'static str, Drift)> {
    [of_contacts(), of_answers(), of_replies()].concat()
}

/// Markup in which booleans are words.
fn spelled(text: &str) -> String {
    let text = text.replace(">true<", ">yes<");
    text.replace(">false<", ">no<")
}

#[test]
fn words_for_booleans_are_taken_from_where_json_says_which_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Atelier::open(Drift::Markup(|text| spelled(&text)));
    let text = proposed(folder.path(), &portal);
    assert!(text.contains("[xml]\n"), "{text}");
    assert!(text.contains("true = \"yes\"\nfalse = \"no\"\n"), "{text}");
    let ended = accepted(folder.path());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let under = |drift: Drift| {
        tried(
            folder.path(),
            &Atelier::open(drift),
            "./atelier.toml",
            &all(),
        )
    };
    let green = under(Drift::Markup(|text| spelled(&text)));
    assert_eq!(green.code, Some(0), "{}{}", green.stdout, green.stderr);
    let wrong = under(Drift::Markup(|text| {
        spelled(&text).replacen(">yes<", ">ja<", 1)
    }));
    assert_eq!(wrong.code, Some(1), "{}", wrong.stdout);
}

#[test]
fn drifts_are_caught_as_under_a_profile_that_was_written_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Atelier::open(Drift::None);
    let ended = adopted(folder.path(), &sound, &all());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    accepted(folder.path());
    fs::write(folder.path().join("by-hand.toml"), BY_HAND).unwrap();
    // A private company, a person, and one without an industry.
    let some = [306, 301, 302];
    let ended = tried(folder.path(), &sound, "./by-hand.toml", &some);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let missed = complaints(&one_of_three(drifts()), |(name, drift)| {
        let atelier = Atelier::open(*drift);
        let of = |profile| tried(folder.path(), &atelier, profile, &some);
        let (own, hand) = (of("./atelier.toml"), of("./by-hand.toml"));
        // All of them are drifts that a profile can catch.
        ((own.code, hand.code) != (Some(1), Some(1))).then(|| {
            format!(
                "{name}: {:?}, by hand {:?}\n{}",
                own.code, hand.code, own.stdout
            )
        })
    });
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_no_entry_can_say_stays_a_finding() {
    for (name, rule) in [
        ("no token is asked for", "accepted"),
        (
            "what is not there is an error of the server",
            "refusal-status",
        ),
        ("a refusal holds data", "leak"),
        ("another contact comes", "other-resource"),
        ("XML loses a member", "missing"),
    ] {
        let drifts = drifts();
        let (_, drift) = drifts.iter().find(|(own, _)| *own == name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ended = adopted(folder.path(), &Atelier::open(*drift), &[302, 303]);
        assert_eq!(
            ended.code,
            Some(1),
            "{name}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(
            ended.stdout.contains(&format!("kind = \"{rule}\"")),
            "{name}: {}",
            ended.stdout
        );
        assert!(folder.path().join("atelier.toml.new").exists());
    }
}

/// Spells all names of members otherwise.
fn respell(value: &mut Value, spelled: fn(&str) -> String) {
    match value {
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (name, mut value) in old {
                respell(&mut value, spelled);
                members.insert(spelled(&name), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| respell(item, spelled)),
        _ => {}
    }
}

/// The payload under another name.
fn renamed(it: &mut Value) {
    let members = it.as_object_mut().unwrap();
    let payload = members.remove("response").unwrap();
    members.insert("data".to_owned(), payload);
}

fn snake_below_data(it: &mut Value) {
    respell(it, snake);
    renamed(it);
}

#[test]
fn a_payload_of_another_name_is_known_and_what_drifts_in_it_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::Answer(renamed));
    let ended = adopted(folder.path(), &atelier, &all());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let text = fs::read_to_string(folder.path().join("atelier.toml.new")).unwrap();
    let table = "payload = \"data\"\ndocumented-payload = \"response\"\n";
    assert!(text.contains(table), "{text}");
    assert_eq!(text.matches("[[note]]").count(), 6, "{text}");
    accepted(folder.path());
    let ended = tried(folder.path(), &atelier, "./atelier.toml", &all());
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let drifts: [fn(&mut Value); 3] = [
        |it| {
            renamed(it);
            without(&mut it["data"], "About");
        },
        |it| {
            renamed(it);
            it["data"]["ContactStatus"]["SortOrder"] = json!("first");
        },
        // The name of the pages is another one's here.
        |_| {},
    ];
    for (at, drift) in drifts.into_iter().enumerate() {
        let drifted = Atelier::open(Drift::Answer(drift));
        let ended = tried(folder.path(), &drifted, "./atelier.toml", &all());
        assert_eq!(ended.code, Some(1), "{at}: {}", ended.stdout);
    }
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

fn snake(name: &str) -> String {
    let mut spelled = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !spelled.is_empty() {
            spelled.push('_');
        }
        spelled.extend(c.to_lowercase());
    }
    spelled
}

/// Some names in small letters: no rule that a profile has.
fn at_whim(name: &str) -> String {
    if name.len().is_multiple_of(3) {
        name.to_lowercase()
    } else {
        name.to_owned()
    }
}

#[test]
fn names_that_a_rule_makes_of_the_documented_ones_are_known_and_drifts_among_them_are_caught() {
    for (word, plain, drifts) in [
        (
            "lower",
            Drift::Contact(|it| respell(it, lower)),
            [
                Drift::Contact(|it| {
                    respell(it, lower);
                    without(it, "about");
                }),
                Drift::Contact(|it| {
                    respell(it, lower);
                    it["contactstatus"]["sortorder"] = json!("first");
                }),
            ],
        ),
        (
            "snake",
            Drift::Contact(|it| respell(it, snake)),
            [
                Drift::Contact(|it| {
                    respell(it, snake);
                    without(it, "small_foto_url");
                }),
                Drift::Contact(|it| {
                    respell(it, snake);
                    it["addresses"][0]["is_primary"] = json!("yes");
                }),
            ],
        ),
        (
            "snake",
            Drift::Answer(snake_below_data),
            [
                Drift::Answer(|it| {
                    snake_below_data(it);
                    without(&mut it["data"], "small_foto_url");
                }),
                Drift::Contact(|it| respell(it, snake)),
            ],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ended = adopted(folder.path(), &Atelier::open(plain), &all());
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        let text = fs::read_to_string(folder.path().join("atelier.toml.new")).unwrap();
        assert!(
            text.contains(&format!("member-case = \"{word}\"\n")),
            "{text}"
        );
        // What is said of members is what is said of them under their documented names.
        assert_eq!(text.matches("[[note]]").count(), 6, "{text}");
        assert_eq!(text.matches("never = true").count(), 1, "{text}");
        accepted(folder.path());
        for drift in drifts {
            let ended = tried(
                folder.path(),
                &Atelier::open(drift),
                "./atelier.toml",
                &all(),
            );
            assert_eq!(ended.code, Some(1), "{word}: {}", ended.stdout);
        }
    }
}

#[test]
fn names_that_no_rule_makes_and_names_of_one_format_alone_stay_findings() {
    let in_markup = Drift::Markup(|text| {
        let names = regex::Regex::new(r"</?[A-Z]\w*").unwrap();
        let lower = |name: &regex::Captures<'_>| name[0].to_lowercase();
        names.replace_all(&text, lower).into_owned()
    });
    for drift in [Drift::Contact(|it| respell(it, at_whim)), in_markup] {
        let folder = tempfile::tempdir().unwrap();
        let ended = adopted(folder.path(), &Atelier::open(drift), &all());
        assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
        let is_told = ["missing", "letter-case"].map(|kind| format!("kind = \"{kind}\""));
        let mut is_told = is_told.iter().filter(|told| ended.stdout.contains(*told));
        assert!(is_told.next().is_some(), "{}", ended.stdout);
        let text = fs::read_to_string(folder.path().join("atelier.toml.new")).unwrap();
        // Of what is there by another name nothing is forgiven.
        for name in ["Addresses", "HaveLateTasks", "SmallFotoUrl"] {
            assert!(!text.contains(&format!("at = \"{name}\"")), "{text}");
        }
        assert!(
            !ended.stdout.contains("hardly the pages"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn a_portal_that_answers_something_else_is_said_to_have_other_pages() {
    let folder = tempfile::tempdir().unwrap();
    let other = Drift::Contact(|it| {
        let id = it["id"].clone();
        *it = json!({"id": id, "Label": "x", "Weight": 7});
    });
    let ended = adopted(folder.path(), &Atelier::open(other), &all());
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let said = "these are hardly the pages of this portal: ";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
}

#[test]
fn more_answers_refine_what_few_have_shown() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::None);
    let read = || fs::read_to_string(folder.path().join("atelier.toml.new")).unwrap();
    let ended = adopted(folder.path(), &atelier, &[301, 302, 303]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let few = read();
    // Three answers do not say that nobody has a type, and say themselves that they are few.
    assert!(few.contains("at = \"ContactType\"\ndefinition = \"Contact\"\noptional = true\nbecause = \"absent in 3 of 3 answers"), "{few}");
    assert!(few.contains("name = \"Rating\"\ndefinition = \"Contact\"\ntype = \"integer\"\nbecause = \"undocumented, there in 3 of 3 answers (only 3 answers: few)"), "{few}");
    assert!(!few.contains("when = "), "{few}");
    assert!(
        few.contains("at = \"AccessList\"\ndefinition = \"Contact\"\noptional = true\n"),
        "{few}"
    );
    let ended = adopted(folder.path(), &atelier, &(304..=314).collect::<Vec<_>>());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("of earlier runs count too"),
        "{}",
        ended.stdout
    );
    let all = read();
    assert!(
        all.contains("never = true\nbecause = \"absent in 14 of 14 answers"),
        "{all}"
    );
    assert!(
        all.contains("when = { member = \"IsPrivate\", is = true, only = true }"),
        "{all}"
    );
    // The same contacts again are the same answers.
    let ended = adopted(folder.path(), &atelier, &[301, 302]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(read().contains("absent in 14 of 14 answers"), "{}", read());
}

#[test]
fn nobodys_edits_are_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::None);
    assert_eq!(accepted(folder.path()).code, Some(2));
    let proposal = folder.path().join("atelier.toml.new");
    fs::write(&proposal, "extends = \"as-documented\"\nname = \"mine\"\n").unwrap();
    let ended = adopted(folder.path(), &atelier, &[301]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("atelier.toml.new was edited since it was proposed"),
        "{}",
        ended.stderr
    );
    assert!(atelier.log().is_empty());
}

#[test]
fn a_portal_that_a_built_in_profile_fits_is_proposed_as_it() {
    let folder = tempfile::tempdir().unwrap();
    let bureau = Bureau::open(Habit::Plain);
    let arguments = ["adopt", "--quiet", "--out", "bureau.toml"];
    let contacts = [ANNA, WORKS, SHELL, ODD];
    let mut command = command(folder.path(), &arguments, &bureau.url, &contacts);
    let ended = run(command.env("PORTAL_TOKEN", crate::bureau::TOKEN));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stdout
            .contains("community-server fits as it is: nothing to forgive"),
        "{}",
        ended.stdout
    );
    let text = fs::read_to_string(folder.path().join("bureau.toml.new")).unwrap();
    assert!(text.contains("extends = \"community-server\"\n"), "{text}");
    assert!(!text.contains("[[note]]"), "{text}");
}

/// All steps of a CI job may see the account.
fn in_a_job(command: &mut Command) -> &mut Command {
    let command = command.env("PORTAL_TOKEN", TOKEN);
    command.env("PORTAL_USER", "x").env("PORTAL_PASSWORD", "")
}

#[test]
fn recorded_traffic_is_adopted_without_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::None);
    adopted(folder.path(), &atelier, &all());
    accepted(folder.path());
    let arguments = [
        "run",
        "--quiet",
        "--profile",
        "./atelier.toml",
        "--record",
        "traffic.har",
        "--show-values",
    ];
    run(&mut command(
        folder.path(),
        &arguments,
        &atelier.url,
        &all(),
    ));
    let before = atelier.log().len();
    let arguments = [
        "adopt",
        "--no-config",
        "--from",
        "traffic.har",
        "--out",
        "other.toml",
    ];
    let ended = run(in_a_job(&mut program(&arguments)).current_dir(folder.path()));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(atelier.log().len(), before);
    let arguments = ["judge", "traffic.har", "--profile", "other.toml.new"];
    let ended = run(in_a_job(&mut program(&arguments)).current_dir(folder.path()));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let text = fs::read_to_string(folder.path().join("other.toml.new")).unwrap();
    assert!(
        text.contains("at = \"TaskCount\"\ndefinition = \"Contact\"\ntype = \"text\"\n"),
        "{text}"
    );
    let arguments = [
        "adopt",
        "--no-config",
        "--from",
        "other.toml.har",
        "--out",
        "other.toml",
    ];
    let ended = run(program(&arguments).current_dir(folder.path()));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    // What nobody recorded shows nothing.
    let arguments = ["adopt", "--no-config", "--out", "third.toml"];
    let ended = run(program(&arguments).current_dir(folder.path()));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended
            .stderr
            .contains("name a portal with --url or --target"),
        "{}",
        ended.stderr
    );
}

/// Recorded traffic with one answer of a portal.
fn traffic(folder: &Path, name: &str, host: &str) {
    let url = format!("https://{host}/api/2.0/crm/contact/301");
    let har = json!({"log": {"entries": [{
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200, "headers": [], "content": {
            "mimeType": "application/json", "text": "{\"status\": 0, \"response\": {}}",
        }},
    }]}});
    fs::write(folder.join(name), har.to_string()).unwrap();
}

#[test]
fn recorded_traffic_of_two_portals_is_not_adopted_as_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, host) in [
        ("a.har", "a.test"),
        ("again.har", "a.test"),
        ("b.har", "b.test"),
    ] {
        traffic(folder.path(), name, host);
    }
    let adopt = |more: &[&str]| {
        let arguments = ["adopt", "--no-config", "--out", "x.toml", "--from", "a.har"];
        run(program(&arguments).args(more).current_dir(folder.path()))
    };
    let ended = adopt(&["--from", "b.har"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    let said = "several portals were recorded: https://a.test/ in a.har, https://b.test/ in b.har";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let ended = adopt(&["--from", "again.har"]);
    assert!(
        !ended.stderr.contains("several portals"),
        "{}",
        ended.stderr
    );
    assert_ne!(ended.code, Some(2), "{}", ended.stderr);
}

#[test]
fn a_portal_that_cannot_be_judged_is_not_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["adopt", "--quiet", "--out", "gone.toml"];
    let ended = run(&mut command(
        folder.path(),
        &arguments,
        "http://127.0.0.1:1",
        &[1],
    ));
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stderr.contains("nothing is proposed"),
        "{}",
        ended.stderr
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let mut command = command(folder.path(), &arguments, "http://127.0.0.1:1", &[1]);
    let ended = run(command.arg("--allow-writes"));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let arguments = ["adopt", "--snapshots", "x", "--url", "http://127.0.0.1:1"];
    let ended = run(&mut program(&arguments));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    // What is refused is not offered.
    let help = run(&mut program(&["adopt", "--help"])).stdout;
    assert!(help.contains("--param"), "{help}");
    for option in ["--allow-writes", "--snapshots"] {
        assert!(!help.contains(option), "{help}");
    }
}

/// What differs from run to run is as the page shows it.
fn normalized(text: &str, url: &str) -> String {
    let text = text.replace(url, "https://portal.example.com");
    [
        (r"sha256:[0-9a-f]+", "sha256:8f1c..."),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-26T18:20:04Z"),
        (r"202[5-9]-\d\d-\d\d([^T])", "2026-11-26$1"),
        (
            r"\d+ requests in .* s of answers\)",
            "412 requests in 3.1 s, slowest get-crm-contact-contactid (3.9 s of answers)",
        ),
    ]
    .iter()
    .fold(text, |text, (pattern, with)| {
        let pattern = regex::Regex::new(pattern).unwrap();
        pattern.replace_all(&text, *with).into_owned()
    })
}

#[test]
fn the_page_shows_the_four_commands_with_what_they_print() {
    let folder = tempfile::tempdir().unwrap();
    let atelier = Atelier::open(Drift::None);
    let url = &atelier.url;
    let contacts: Vec<String> = CONTACTS.map(|id| id.to_string()).collect();
    let contacts = format!("contactid={}", contacts.join(","));
    let asked = ["--url", url, "--param", &contacts];
    let mut shown = String::new();
    let mut typed = |arguments: &[&str]| {
        let mut command = program(arguments);
        command.args(["--quiet", "--no-config"]);
        let ended = run(command
            .current_dir(folder.path())
            .env("PORTAL_TOKEN", TOKEN));
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        let line = format!("portal-conformance {}", arguments.join(" "));
        shown.extend(["$ ", &line, "\n", &ended.stdout]);
        if arguments.contains(&url.as_str()) && arguments[0] == "adopt" {
            let text = fs::read_to_string(folder.path().join("theirs.toml.new")).unwrap();
            shown.extend(["$ cat theirs.toml.new\n", &text]);
        }
    };
    typed(&[&["adopt"], &asked[..], &["--out", "theirs.toml"]].concat());
    typed(&["adopt", "--accept", "--out", "theirs.toml"]);
    typed(&[&["run"], &asked[..], &["--profile", "theirs.toml"]].concat());
    let shown = normalized(&shown, url);
    let path = crate::support::project().join("docs/vendors.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page
        .split_once("## A portal of an unknown dialect\n")
        .unwrap();
    let (head, rest) = rest.split_once("```console\n").unwrap();
    let (block, after) = rest.split_once("```\n").unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let page = format!(
            "{before}## A portal of an unknown dialect\n{head}```console\n{shown}```\n{after}"
        );
        fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        block, shown,
        "docs/vendors.md is stale: UPDATE_DOCS=1 cargo test --test suite the_page_shows_the_four_commands"
    );
}
