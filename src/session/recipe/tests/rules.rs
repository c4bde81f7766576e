//! Steps that are refused before anything is sent.

use super::super::*;

fn steps(text: &str) -> Recipe {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct File {
        #[serde(default)]
        set_up: Vec<Step>,
        #[serde(default)]
        tear_down: Vec<Step>,
    }
    let file: File = toml::from_str(text).unwrap();
    Recipe {
        target: "t".to_owned(),
        set_up: file.set_up,
        tear_down: file.tear_down,
        journals: PathBuf::new(),
        reads: BTreeMap::new(),
    }
}

const MAKE: &str = r#"
[[set-up]]
name = "make"
method = "POST"
path = "contact"
body = { name = "{run}" }
keep = { contactid = "/response/id" }
"#;
const UNDO: &str = r#"
[[tear-down]]
name = "undo"
method = "DELETE"
path = "contact/{contactid}"
"#;

fn problem(text: &str) -> String {
    let error = steps(text).check(&NamedValues::new()).unwrap_err();
    assert!(error.to_string().starts_with("the step `"), "{error}");
    error.problem
}

#[test]
fn what_is_made_and_undone_is_fine() {
    assert_eq!(
        steps(&format!("{MAKE}{UNDO}")).check(&NamedValues::new()),
        Ok(())
    );
    assert_eq!(steps("").check(&NamedValues::new()), Ok(()));
}

#[test]
fn steps_that_cannot_work_are_named_before_anything_is_sent() {
    assert!(problem(MAKE).contains("no tear-down step undoes"));
    assert!(problem(UNDO).contains("no earlier step keeps"));
    let read = MAKE.replace("POST", "GET");
    assert!(problem(&format!("{read}{UNDO}")).contains("what others made is never undone"));
    let elsewhere = UNDO.replace("{contactid}", "1234");
    assert!(problem(&format!("{MAKE}{elsewhere}")).contains("names nothing"));
    let method = MAKE.replace("POST", "SEND");
    assert!(problem(&format!("{method}{UNDO}")).contains("expected one of DELETE"));
    assert!(problem(&format!("{MAKE}{UNDO}{UNDO}")).contains("name of another one"));
    let pointer = MAKE.replace("/response/id", "response.id");
    assert!(problem(&format!("{pointer}{UNDO}")).contains("for a JSON pointer"));
}

#[test]
fn a_part_of_what_was_made_or_what_leaves_it_there_undoes_nothing() {
    let text = |method: &str, behind: &str, body: &str| {
        let undo = UNDO
            .replace("DELETE", method)
            .replace("{contactid}", &format!("{{contactid}}{behind}"));
        format!("{MAKE}{undo}{body}")
    };
    for (method, behind, body) in [
        ("DELETE", "/photo", ""),
        ("POST", "/photo/remove", ""),
        ("POST", "/merge", ""),
        ("POST", "/copy", ""),
        ("PUT", "/owner", ""),
        ("PATCH", "", "body = { owner = \"mike\" }"),
        ("PUT", "", "body = { mergeWith = \"mike\" }"),
    ] {
        let alone = text(method, behind, body);
        let told = problem(&alone);
        assert!(told.contains("no tear-down step undoes"), "{behind} {told}");
        // Before what undoes it, it may be done.
        let both = format!("{}{}", alone, UNDO.replace("\"undo\"", "\"whole\""));
        assert_eq!(steps(&both).check(&NamedValues::new()), Ok(()), "{behind}");
    }
    for (method, behind, body) in [
        ("DELETE", "/permanent", ""),
        ("DELETE", "/{run}", ""),
        ("DELETE", "?force=true", ""),
        ("POST", "/archive", ""),
        ("POST", "/leave", ""),
        ("POST", "/actions/delete-permanent", ""),
        (
            "PUT",
            "",
            "body = { status = \"closed\", owner = \"{run}\" }",
        ),
    ] {
        let checked = steps(&text(method, behind, body)).check(&NamedValues::new());
        assert_eq!(checked, Ok(()), "{method} {behind} {body}");
    }
    for behind in ["owner", "account", "company", "siblings", "owner/remove"] {
        let text = format!(
            "{}{}",
            text("DELETE", &format!("/{behind}"), ""),
            UNDO.replace("\"undo\"", "\"whole\"")
        );
        let told = problem(&text);
        assert!(told.contains("what others made is never undone"), "{told}");
    }
    // What is made beside an id goes with it.
    let both = MAKE.replace("\"/response/id\"", "\"/response/id\", key = \"/key\"");
    let tagged = UNDO.replace("{contactid}", "{contactid}?title={key}");
    assert_eq!(
        steps(&format!("{both}{tagged}")).check(&NamedValues::new()),
        Ok(())
    );
    assert!(problem(&format!("{both}{UNDO}")).contains("makes `key`"));
}

#[test]
fn what_cannot_undo_is_no_tear_down() {
    for method in ["GET", "HEAD"] {
        let undo = UNDO.replace("DELETE", method);
        let problem = problem(&format!("{MAKE}{undo}"));
        assert!(
            problem.contains(&format!(
                "`{method}`, expected one of DELETE, PATCH, POST, PUT"
            )),
            "{problem}"
        );
    }
}

#[test]
fn paths_stay_below_the_url() {
    for (path, part) in [
        ("http://evil.example/contact/{contactid}", "another place"),
        ("//evil.example/contact/{contactid}", "another place"),
        ("../contact/{contactid}", "leads out of it"),
        ("contact/%2E./{contactid}", "leads out of it"),
        ("a\\\\..\\\\{contactid}", "no path holds"),
        ("contact/{contactid}#x", "no path holds"),
        ("contact /{contactid}", "no path holds"),
    ] {
        let undo = UNDO.replace("contact/{contactid}", path);
        let problem = problem(&format!("{MAKE}{undo}"));
        assert!(problem.contains(part), "{path}: {problem}");
    }
    let find = "find = { path = \"../x?{run}\", list = \"/a\", holds = \"/b\", keep = { contactid = \"/id\" } }";
    assert!(problem(&format!("{MAKE}{find}{UNDO}")).contains("leads out of it"));
    let allowed = UNDO.replace(
        "contact/{contactid}",
        "/a.b/..c/contact/{contactid}?why=http://x/../",
    );
    assert_eq!(
        steps(&format!("{MAKE}{allowed}")).check(&NamedValues::new()),
        Ok(())
    );
}

#[test]
fn what_a_step_keeps_and_finds_fits_together() {
    let find = |keep: &str, list: &str, holds: &str| {
        format!(
            "{MAKE}find = {{ path = \"x?{{run}}\", list = \"{list}\", holds = \"{holds}\", keep = {{ {keep} = \"/id\" }} }}\n{UNDO}"
        )
    };
    assert_eq!(
        steps(&find("contactid", "/a", "/b")).check(&NamedValues::new()),
        Ok(())
    );
    assert_eq!(
        steps(&find("contactid", "", "")).check(&NamedValues::new()),
        Ok(())
    );
    for (text, part) in [
        (find("contactid", "a", "/b"), "`a` for a JSON pointer"),
        (find("contactid", "/a", "b"), "`b` for a JSON pointer"),
        (find("other", "/a", "/b"), "which its `find` does not"),
        (
            find("contactid", "/a", "/b").replace("{ name = \"{run}\" }", "{ name = \"x\" }"),
            "no `{run}`",
        ),
        (
            format!("{MAKE}{UNDO}").replace("contactid", "run"),
            "meaning of its own",
        ),
        (format!("{MAKE}{MAKE}{UNDO}"), "name of another one"),
        (
            format!(
                "{}{UNDO}",
                MAKE.replace("path = \"contact\"", "path = \"contact/{other}\"")
            ),
            "uses `{other}`",
        ),
    ] {
        let problem = problem(&text);
        assert!(problem.contains(part), "{problem}");
    }
    let named = UNDO.replace("{contactid}", "{contactid}/{run}");
    assert_eq!(
        steps(&format!("{MAKE}{named}")).check(&NamedValues::new()),
        Ok(())
    );
}

#[test]
fn a_journal_names_what_its_tear_down_needs_and_no_step_keeps() {
    let undo = UNDO.replace("{contactid}", "{contactid}/{projectid}");
    let recipe = steps(&format!("{MAKE}{undo}"));
    let one = |name: &str| (name.to_owned(), vec!["1".to_owned()]);
    let parameters = NamedValues::from(["contactid", "projectid", "other"].map(one));
    let header = recipe.header("http://portal.test/", &parameters);
    assert_eq!(header.named, NamedValues::from([one("projectid")]));
    assert_eq!(
        (header.target.as_str(), header.url.as_str()),
        ("t", "http://portal.test/")
    );
    assert_eq!(recipe.keeps(), BTreeSet::from(["contactid"]));
    assert!(!recipe.is_empty() && steps("").is_empty());
    let layers = [&parameters];
    let values = values_of("pc1", &layers);
    let wanted = [values("run"), values("other"), values("none")];
    assert_eq!(wanted.map(|values| values.join(",")), ["pc1", "1", ""]);
}

#[test]
fn a_run_warns_of_what_it_cannot_find_and_of_what_others_left() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = Recipe {
        journals: folder.path().to_owned(),
        ..steps(&format!("{MAKE}{UNDO}"))
    };
    let unfindable = || Warning::Unfindable {
        step: "make".to_owned(),
    };
    assert_eq!(recipe.warnings(true), [unfindable()]);
    assert_eq!(recipe.warnings(false), []);
    let header = recipe.header("http://portal.test/", &NamedValues::new());
    let mut journal = journal::Journal::create(
        folder.path(),
        header,
        std::time::Duration::MAX,
        &crate::session::Stop::never(),
    )
    .unwrap();
    let step = "make".to_owned();
    let makes = true;
    journal
        .write(&journal::Entry::Begun { at: 0, step, makes })
        .unwrap();
    drop(journal);
    let left = || Warning::LeftBehind { runs: 1 };
    assert_eq!(recipe.warnings(false), [left()]);
    assert_eq!(recipe.warnings(true), [unfindable(), left()]);
}

#[test]
fn steps_without_find_are_known() {
    let recipe = steps(&format!("{MAKE}{UNDO}"));
    assert_eq!(recipe.unfindable().collect::<Vec<_>>(), ["make"]);
    let read = MAKE.replace("POST", "GET");
    assert_eq!(steps(&read).unfindable().count(), 0);
    let nothing = MAKE.replace("keep = { contactid = \"/response/id\" }", "");
    assert_eq!(steps(&nothing).unfindable().count(), 0);
}

#[test]
fn a_parameter_that_somebody_named_is_no_reason_to_undo() {
    let named = NamedValues::from([("projectid".to_owned(), vec!["1".to_owned()])]);
    let other = UNDO
        .replace("contactid", "projectid")
        .replace("\"undo\"", "\"other\"");
    let text = format!("{MAKE}{UNDO}{other}");
    let error = steps(&text).check(&named).unwrap_err();
    assert!(error.problem.contains("what others made"), "{error}");
}

#[test]
fn nothing_foreign_is_what_a_tear_down_step_is_about() {
    let me = r#"
[[set-up]]
name = "me"
method = "GET"
path = "me"
keep = { userid = "/response/id" }
"#;
    for path in [
        "contact/1235.json?why={run}",
        "contact/1234.json?after={contactid}",
        "people/{userid}?why={run}",
        "people/{userid}/{run}",
        "contact/{contactid}/project/1234",
        "contact/{run}",
        "contact/{contactid},1234",
        "people/{contactid}",
        "contact/1/{contactid}",
        "{contactid}",
        "people/delete/{contactid}",
    ] {
        let undo = UNDO.replace("contact/{contactid}", path);
        let others = UNDO.replace("\"undo\"", "\"others\"");
        let problem = problem(&format!("{me}{MAKE}{undo}{others}"));
        assert!(
            problem.contains("what others made is never undone"),
            "{path}: {problem}"
        );
    }
    for (query, is_refused) in [
        ("id=1234", true),
        ("x=1&contactIds=77,1234", true),
        ("contactid={userid}", true),
        ("contactid={contactid}&id={run}", false),
        ("contacts=1234", true),
        ("contacts[]=1234", true),
        ("persons=%31234", true),
        ("id=abcdef", true),
        ("contacts=abcdef", true),
        ("filter=id:1234", true),
        ("q=a?contactid=1234", true),
        ("guid=abcdefab-abcd", true),
        ("key=9b1f4d2c-0000-4000-8000-0123456789ab", true),
        ("page=1234", true),
        ("1234", true),
        ("id&how=soft", false),
        ("valid=true", true),
        ("why={userid}", false),
        ("scope=all", true),
        ("scope=%41ll", true),
        ("id=*", true),
        ("name={run}*", true),
        ("name={run}%2A", true),
        ("all=true", true),
        ("all", true),
        ("includeAll=yes", true),
        ("all=false", false),
        ("overall=true", true),
        ("name=Mike", true),
        ("status=closed", true),
        ("older=no", true),
        ("notifyUsers=none&deletionReason=test", false),
        ("title={run}", false),
        ("page=%EF%BC%91%EF%BC%92", true),
        ("output=json&alt=json&type=hard", false),
        ("type=person", true),
        ("api-version=2024-01-01-preview", false),
        ("api-version=2024,1234", true),
        ("version=2024", true),
        ("tenant=acme", true),
    ] {
        let undo = UNDO.replace("{contactid}", &format!("{{contactid}}.json?{query}"));
        let checked = steps(&format!("{me}{MAKE}{undo}")).check(&NamedValues::new());
        assert_eq!(checked.is_err(), is_refused, "{query}: {checked:?}");
    }
    let body = UNDO.replace("contact/{contactid}", "contact/1234");
    let problem = problem(&format!(
        "{MAKE}{body}body = {{ why = \"{{run}} {{contactid}}\" }}"
    ));
    assert!(
        problem.contains("names nothing that a set-up step makes"),
        "{problem}"
    );
}

#[test]
fn what_is_kept_of_no_creation_is_not_made() {
    for method in ["GET", "PATCH", "DELETE"] {
        let other = MAKE
            .replace("POST", method)
            .replace("\"make\"", "\"other\"");
        let problem = problem(&format!("{MAKE}{other}{UNDO}"));
        assert!(
            problem.contains("a step keeps that makes nothing"),
            "{method}: {problem}"
        );
    }
    let put = MAKE.replace("POST", "PUT");
    assert_eq!(
        steps(&format!("{put}{UNDO}")).check(&NamedValues::new()),
        Ok(())
    );
}

#[test]
fn only_tear_down_steps_say_that_they_may_be_repeated() {
    let made = format!("{MAKE}repeatable = true");
    assert!(problem(&format!("{made}{UNDO}")).contains("no set-up step is sent twice"));
    let undo = format!("{UNDO}repeatable = true");
    assert_eq!(
        steps(&format!("{MAKE}{undo}")).check(&NamedValues::new()),
        Ok(())
    );
}

#[test]
fn only_own_ids_of_what_a_step_makes_are_kept() {
    for (pointer, is_refused) in [
        ("/response/id", false),
        ("/response/contactId", false),
        ("/response", false),
        ("/response/0/id", false),
        ("/response/createBy/id", true),
        ("/response/ownerId", true),
        ("/response/0/manager/id", true),
        ("/response/0", true),
    ] {
        let make = MAKE.replace("/response/id", pointer);
        let checked = steps(&format!("{make}{UNDO}")).check(&NamedValues::new());
        assert_eq!(checked.is_err(), is_refused, "{pointer}: {checked:?}");
        // What is only read is not undone.
        let read = MAKE
            .replace("POST", "GET")
            .replace("/response/id", pointer)
            .replace("contactid", "userid")
            .replace("\"make\"", "\"read\"");
        assert_eq!(
            steps(&format!("{read}{MAKE}{UNDO}")).check(&NamedValues::new()),
            Ok(())
        );
    }
    let find = |keep: &str| {
        let find = format!(
            "find = {{ path = \"x?{{run}}\", list = \"/a\", holds = \"/b\", keep = {{ contactid = \"{keep}\" }} }}\n"
        );
        steps(&format!("{MAKE}{find}{UNDO}")).check(&NamedValues::new())
    };
    assert_eq!(find("/id"), Ok(()));
    for foreign in ["/createBy/id", "/ownerId"] {
        let told = find(foreign).unwrap_err().to_string();
        assert!(told.contains("not the own id of what it makes"), "{told}");
    }
    let me = MAKE.replace("path = \"contact\"", "path = \"people/@self.json\"");
    assert!(problem(&format!("{me}{UNDO}")).contains("about whoever asks"));
}

#[test]
fn the_body_of_a_tear_down_step_names_nothing_foreign_either() {
    let me = MAKE
        .replace("POST", "GET")
        .replace("contactid", "userid")
        .replace("\"make\"", "\"me\"");
    for (body, is_refused) in [
        (r#"{ id = 1235, note = "{run}" }"#, true),
        (r#"{ id = "1235", note = "{run}" }"#, true),
        (r#"{ contactid = [1235], why = "{run}" }"#, true),
        (r#"{ contactIds = ["{contactid}", 1235] }"#, true),
        ("{ contact = { id = 1235 } }", true),
        (r#"{ id = "{userid}" }"#, true),
        (r#"["{contactid}", 1235]"#, true),
        ("[{ id = 1235 }]", true),
        (r#"{ id = "{contactid}", note = "{run}" }"#, false),
        (
            r#"{ contactids = ["{contactid}"], how = "soft", all = false }"#,
            false,
        ),
        (r#"{ contactids = ["{contactid}"], all = true }"#, true),
        (r#"{ id = "{contactid}", deleteAll = "Yes" }"#, true),
        (r#"{ id = "{contactid}", notify_everyone = true }"#, true),
        (r#"{ id = "{contactid}", overall = true }"#, true),
        (r#"{ id = "{contactid}", scope = "All" }"#, true),
        (r#"{ id = "{contactid}", scope = ["@everyone"] }"#, true),
        (r#"{ id = "{contactid}", scope = "*" }"#, true),
        (r#"{ id = "{contactid}", name = "{run}*" }"#, true),
        (
            r#"{ id = "{contactid}", why = "all of it * was made" }"#,
            false,
        ),
        // Digits of other scripts.
        (
            r#"{ id = "{contactid}", why = "\u0661\u0662\u0663" }"#,
            true,
        ),
        (r#"{ "\uff11\uff12" = true }"#, true),
        // The step is about a contact, and says something of it.
        (
            r#"{ responsible = { id = "{userid}" }, tags = ["{run}"], why = "of {userid}" }"#,
            false,
        ),
        // What others made is named by what is said of it, too.
        (
            r#"{ id = "{contactid}", email = "boss@example.com" }"#,
            true,
        ),
        (
            r#"{ id = "{contactid}", filter = { status = "closed" } }"#,
            true,
        ),
        (r#"{ id = "{contactid}", names = ["Mike"] }"#, true),
        (
            r#"{ id = "{contactid}", options = { deleteMode = "soft" }, lang = "en" }"#,
            false,
        ),
        (
            r#"{ id = "{contactid}", recursive = "yes", name = "of {run}" }"#,
            false,
        ),
        ("{ contacts = [1234] }", true),
        (r#"{ contacts = "1234" }"#, true),
        ("{ list = [1235] }", true),
        ("{ ids = { all = [1234] } }", true),
        (r#"{ ids = { all = ["{userid}"] } }"#, true),
        ("{ data = { id = 1235 } }", true),
        (r#"{ data = { id = "{userid}" } }"#, true),
        (r#"{ "@id" = 1234 }"#, true),
        (r#"{ "@id" = "abc" }"#, true),
        (r#"{ "contact.id" = "abc" }"#, true),
        (r#"{ contact = "abc-def" }"#, true),
        (r#"{ filter = "id eq 1235" }"#, true),
        (r#"{ "1235" = true }"#, true),
        ("1234", true),
        (r#""1234""#, true),
        ("{ tags = [3] }", true),
    ] {
        let text = format!("{me}{MAKE}{UNDO}body = {body}");
        let checked = steps(&text).check(&NamedValues::new());
        assert_eq!(checked.is_err(), is_refused, "{body}: {checked:?}");
    }
}

#[test]
fn what_a_thing_becomes_selects_nothing() {
    for (method, is_refused) in [
        ("PUT", false),
        ("PATCH", false),
        ("POST", true),
        ("DELETE", true),
    ] {
        let undo = UNDO.replace("DELETE", method);
        let text = format!("{MAKE}{undo}body = {{ status = \"closed\" }}");
        let checked = steps(&text).check(&NamedValues::new());
        assert_eq!(checked.is_err(), is_refused, "{method}: {checked:?}");
    }
}

#[test]
fn where_a_thing_was_made_selects_nothing() {
    for (made, undone, is_refused) in [
        ("tenant=acme", "tenant=acme", false),
        ("a=b&tenant=acme", "force=true&tenant=acme", false),
        ("tenant=acme", "tenant=other", true),
        ("id=1234", "id=1234", true),
        ("scope=all", "scope=all", true),
    ] {
        let make = MAKE.replace("path = \"contact\"", &format!("path = \"contact?{made}\""));
        let undo = UNDO.replace("{contactid}", &format!("{{contactid}}?{undone}"));
        let checked = steps(&format!("{make}{undo}")).check(&NamedValues::new());
        assert_eq!(checked.is_err(), is_refused, "{made} {undone}: {checked:?}");
    }
}

#[test]
fn what_is_sent_to_the_state_of_a_thing_is_what_becomes_of_it() {
    for (method, behind, body, is_refused) in [
        ("POST", "status", "{ status = \"cancelled\" }", false),
        ("POST", "transitions", "{ transition = \"cancel\" }", false),
        ("POST", "move", "{ destination = \"trash\" }", false),
        ("POST", "move", "{ destination = 1234 }", true),
        ("POST", "status", "{ status = \"all\" }", true),
        ("POST", "filter", "{ status = \"cancelled\" }", true),
        ("DELETE", "status", "{ status = \"cancelled\" }", true),
        ("POST", "x/status", "{ status = \"cancelled\" }", true),
    ] {
        let undo = UNDO
            .replace("DELETE", method)
            .replace("{contactid}", &format!("{{contactid}}/{behind}"));
        let checked = steps(&format!("{MAKE}{undo}body = {body}")).check(&NamedValues::new());
        assert_eq!(
            checked.is_err(),
            is_refused,
            "{method} {behind} {body}: {checked:?}"
        );
    }
}

#[test]
fn escapes_and_formats_cut_no_path_short() {
    for path in [
        "contact/1235%23/{contactid}",
        "contact/1235%00/{contactid}",
        "contact/1235%3Fx/{contactid}",
        "contact/1235%2f{contactid}",
        "contact/1235.json/{contactid}",
        "contact/1235.xml/x/{contactid}.json",
        "contact/{contactid}.json?contact=1235",
        "contact/{contactid}.json?a=b;ids=1235",
    ] {
        let undo = UNDO.replace("contact/{contactid}", path);
        assert!(
            steps(&format!("{MAKE}{undo}"))
                .check(&NamedValues::new())
                .is_err(),
            "{path}"
        );
    }
}

#[test]
fn a_path_leads_to_the_kind_that_was_made() {
    for (made, undone, is_allowed) in [
        (
            "api/2.0/crm/contact/person",
            "api/2.0/crm/contact/{contactid}",
            true,
        ),
        ("contact/create", "contact/delete/{contactid}", true),
        ("crm/contact/person", "people/{contactid}", false),
        ("createContact", "deleteContact/{contactid}", true),
        ("api/add-contact", "contact/{contactid}", true),
        ("createTask", "deleteContact/{contactid}", false),
        ("address-books", "books/{contactid}", false),
        ("companies", "company/{contactid}/archive", true),
        ("address", "addresses/{contactid}", true),
        ("contact/{run}/task", "project/task/{contactid}", true),
        ("contact/{run}/task", "contact/{contactid}", false),
        ("authentication.json", "people/{contactid}", false),
        ("crm/task", "crm/contact/{contactid}", false),
        ("crm/task", "crm/{contactid}/contact", false),
        ("project/task", "project/{contactid}", false),
        ("project/task/create", "project/{contactid}", false),
        ("files/folder", "files/{contactid}", false),
        ("people/active", "people/{contactid}", true),
        ("crm/contact/company/quick", "crm/contact/{contactid}", true),
    ] {
        let make = MAKE.replace("path = \"contact\"", &format!("path = \"{made}\""));
        let undo = UNDO.replace("contact/{contactid}", undone);
        let checked = steps(&format!("{make}{undo}")).check(&NamedValues::new());
        assert_eq!(checked.is_ok(), is_allowed, "{made} {undone}: {checked:?}");
    }
}

/// What is wrong with one step that makes, by its path and what else it says, and one that undoes, by its method, path
/// and body.
fn both(
    path: &str,
    more: &str,
    (method, undone, body): (&str, &str, &str),
) -> Result<(), RecipeError> {
    let me =
        "[[set-up]]\nname = \"me\"\nmethod = \"GET\"\npath = \"me\"\nkeep = { userid = \"/id\" }\n";
    let made = MAKE.replace("path = \"contact\"", &format!("path = \"{path}\"\n{more}"));
    let undo = UNDO
        .replace("DELETE", method)
        .replace("contact/{contactid}", undone);
    let body = if body.is_empty() {
        String::new()
    } else {
        format!("body = {body}")
    };
    steps(&format!("{me}{made}{undo}{body}")).check(&NamedValues::new())
}

#[test]
fn what_is_made_is_undone_by_its_id_in_the_path_or_the_query() {
    for (method, undone, is_fine) in [
        ("POST", "contact/{contactid}:delete", true),
        ("POST", "contact/{contactid}:removeContact", true),
        ("POST", "contact/{contactid}:copy", false),
        ("POST", "contact/{contactid}:purgeAll", false),
        ("POST", "contact/{contactid}:removeOwner", false),
        ("DELETE", "odata/Contacts({contactid})", true),
        ("DELETE", "odata/Contacts('{contactid}')", true),
        ("DELETE", "odata/Contacts({contactid},1234)", false),
        ("DELETE", "odata/Orders({contactid})", false),
        ("POST", "odata/Contacts({contactid})/Service.Delete", true),
        ("DELETE", "contacts?id={contactid}", false),
        ("DELETE", "contacts?contactId={contactid}&force=1", false),
        ("DELETE", "contacts?id=eq.{contactid}", false),
        ("DELETE", "contacts?id=neq.{contactid}", false),
        ("DELETE", "contacts?id={contactid}&id=1234", false),
        ("DELETE", "contacts?id={contactid}&all=true", false),
        ("DELETE", "contacts?id={contactid},1234", false),
        ("DELETE", "contacts?after={contactid}", false),
        ("DELETE", "contacts?ownerId={contactid}", false),
        ("DELETE", "orders?id={contactid}", false),
        ("DELETE", "contact/1234?id={contactid}", false),
        ("DELETE", "owner/{userid}/contacts?id={contactid}", false),
        ("POST", "contacts?id={contactid}", false),
        ("POST", "contacts/delete?id={contactid}", true),
        (
            "POST",
            "contacts/delete?contactId={contactid}&force=1",
            true,
        ),
        (
            "POST",
            "contacts/delete?contactId={contactid}&id=1234",
            false,
        ),
        ("POST", "contacts/delete?id=neq.{contactid}", false),
        ("POST", "contacts/delete?id={userid}", false),
    ] {
        let checked = both("contacts", "", (method, undone, ""));
        assert_eq!(checked.is_ok(), is_fine, "{method} {undone}: {checked:?}");
    }
}

#[test]
fn what_is_made_is_undone_by_its_id_in_the_body_behind_a_word_for_that() {
    let one = r#"{ ids = ["{contactid}"] }"#;
    for (method, undone, body, is_fine) in [
        ("POST", "contacts/delete", one, true),
        ("POST", "contacts:batchDelete", one, true),
        ("PUT", "contacts/bulk-delete", r#"["{contactid}"]"#, true),
        (
            "POST",
            "deleteContacts",
            r#"{ contacts = [{ id = "{contactid}" }] }"#,
            true,
        ),
        (
            "POST",
            "contacts/delete",
            r#"{ ids = ["{contactid}", 1234] }"#,
            false,
        ),
        (
            "POST",
            "contacts/delete",
            r#"{ ids = ["{contactid}"], status = "open" }"#,
            false,
        ),
        (
            "PUT",
            "contacts/delete",
            r#"{ ids = ["{contactid}"], status = "open" }"#,
            false,
        ),
        (
            "POST",
            "contacts/delete",
            r#"{ owner = { id = "{contactid}" } }"#,
            false,
        ),
        (
            "POST",
            "contacts/delete",
            r#"{ ids = ["{userid}"] }"#,
            false,
        ),
        ("POST", "contacts/delete-all", one, false),
        ("POST", "orders/delete", one, false),
        ("POST", "contacts", one, false),
        ("PUT", "contacts", r#"[{ id = "{contactid}" }]"#, false),
        // Without its body it is about all there are.
        ("DELETE", "contacts/delete", one, false),
        ("DELETE", "contacts", one, false),
    ] {
        let checked = both("contacts", "", (method, undone, body));
        assert_eq!(
            checked.is_ok(),
            is_fine,
            "{method} {undone} {body}: {checked:?}"
        );
    }
    // Where it was made.
    let in_project = ("POST", "project/{run}/contacts/delete", one);
    assert_eq!(both("project/{run}/contacts", "", in_project), Ok(()));
}

#[test]
fn what_paths_do_not_say_is_stated() {
    let undo = |path: &'static str| ("DELETE", path, "");
    for (made, makes, undone, is_fine) in [
        ("auth/sign-in-first", "", "users/{contactid}", false),
        ("auth/signup", "\"user\"", "users/{contactid}", true),
        ("users/signup", "", "users/{contactid}", true),
        ("events/signup", "", "events/{contactid}", false),
        ("users/invite", "", "users/{contactid}", false),
        ("users/invite", "\"user\"", "users/{contactid}", true),
        ("auth/signup", "\"person\"", "people/{contactid}", true),
        ("auth/signup", "\"user\"", "orders/{contactid}", false),
        ("contact", "", "api/trash/{contactid}", false),
        (
            "contact",
            "[\"contact\", \"trash\"]",
            "api/trash/{contactid}",
            true,
        ),
        ("me/contacts", "", "me/contacts/{contactid}", false),
        (
            "me/contacts",
            "\"contact\"",
            "me/contacts/{contactid}",
            true,
        ),
        ("people/@self", "\"person\"", "people/{contactid}", false),
        (
            "ocs/v2.php/cloud/users",
            "",
            "ocs/v2.php/cloud/users/{contactid}",
            true,
        ),
        ("orders/cancel", "", "people/cancel/{contactid}", false),
    ] {
        let more = if makes.is_empty() {
            String::new()
        } else {
            format!("makes = {makes}")
        };
        let checked = both(made, &more, undo(undone));
        assert_eq!(
            checked.is_ok(),
            is_fine,
            "{made} {makes} {undone}: {checked:?}"
        );
    }
    let told = |more: &str| both("contact", more, undo("contact/{contactid}")).unwrap_err();
    assert!(told("makes = \"a b\"").problem.contains("no word of paths"));
    assert!(told("makes = []").problem.contains("no word of paths"));
    let read = format!("{MAKE}{UNDO}makes = \"contact\"");
    assert!(problem(&read).contains("only POST and PUT steps"));
}

#[test]
fn a_flag_of_a_number_is_no_id() {
    for (query, is_fine) in [
        ("force=1", true),
        ("hardDelete=1", true),
        ("silent=0&soft=1", true),
        ("force=2", false),
        ("forceUser=1", false),
        ("notify=1", false),
        ("message=1", false),
    ] {
        let undone = format!("contact/{{contactid}}?{query}");
        let checked = both("contact", "", ("DELETE", &undone, ""));
        assert_eq!(checked.is_ok(), is_fine, "{query}: {checked:?}");
    }
    let body = |body| both("contact", "", ("DELETE", "contact/{contactid}", body));
    assert_eq!(body("{ force = 1 }"), Ok(()));
    assert!(body("{ force = 7 }").is_err() && body("{ notify = 1 }").is_err());
}

#[test]
fn who_is_tied_to_a_thing_is_let_go_and_the_thing_is_no_other() {
    let with_whole = |made: &str, undone: &str| {
        let make = MAKE.replace("path = \"contact\"", &format!("path = \"{made}\""));
        let first = UNDO.replace("contact/{contactid}", undone);
        let whole = UNDO
            .replace("\"undo\"", "\"whole\"")
            .replace("contact/", &format!("{made}/"));
        steps(&format!("{make}{first}{whole}")).check(&NamedValues::new())
    };
    for (made, undone, is_fine) in [
        ("contact", "contact/{contactid}/members", true),
        ("contact", "contact/{contactid}/team", true),
        ("contact", "contact/{contactid}/assignee", true),
        ("contact", "contact/{contactid}/remove-user", false),
        ("contact", "contact/{contactid}/company", false),
        ("users", "users/{contactid}/remove-user", true),
        ("company", "company/{contactid}/delete_company", true),
    ] {
        let checked = with_whole(made, undone);
        assert_eq!(checked.is_ok(), is_fine, "{undone}: {checked:?}");
    }
    // It is the whole of it, too.
    let whole = ("POST", "users/{contactid}/remove-user", "");
    assert_eq!(both("users", "", whole), Ok(()));
    let tied = ("PUT", "contact/{contactid}/team", "{ ids = [] }");
    assert!(both("contact", "", tied).is_err());
}

#[test]
fn a_location_is_kept_of_what_is_made() {
    let at = MAKE.replace("/response/id", "header:Location");
    assert_eq!(
        steps(&format!("{at}{UNDO}")).check(&NamedValues::new()),
        Ok(())
    );
    let read = at.replace("POST", "GET").replace("\"make\"", "\"read\"");
    assert!(problem(&format!("{read}{MAKE}{UNDO}")).contains("for a JSON pointer"));
    let other = at.replace("header:Location", "header:X-Id");
    assert!(problem(&format!("{other}{UNDO}")).contains("for a JSON pointer"));
}

/// What a portal may read as all but what is named, or as more than that, and the same without it.
#[test]
#[expect(clippy::too_many_lines, reason = "one row for each way")]
fn nothing_turns_a_step_round_or_widens_it() {
    for (undone, body, is_fine) in [
        ("delete?id!={contactid}", "", false),
        ("delete?id<={contactid}", "", false),
        ("delete?id~={contactid}", "", false),
        ("delete?!id={contactid}", "", false),
        ("delete?-id={contactid}", "", false),
        ("delete?id[ne]={contactid}", "", false),
        ("delete?id%5Bnot%5D={contactid}", "", false),
        ("delete?not.id={contactid}", "", false),
        ("delete?id={contactid}&id=-{contactid}", "", false),
        ("delete?id={contactid}&id={contactid}..", "", false),
        ("delete?id={contactid}&id={contactid}{contactid}", "", false),
        ("delete?id={contactid}&lastId={contactid}", "", false),
        ("delete?id={contactid}&excludeIds={contactid}", "", false),
        ("delete?id={contactid}&invert=true", "", false),
        ("delete?id={contactid}&not=1", "", false),
        ("delete?id={contactid}&mode=inverse", "", false),
        ("delete?id={contactid}&name!={run}", "", false),
        ("delete?id={contactid}", "", true),
        ("delete?ids[]={contactid}", "", true),
        ("delete?ids[0]={contactid}", "", true),
        (
            "delete?id={contactid}&contactIds={contactid},{contactid}",
            "",
            true,
        ),
        (
            "delete?id={contactid}&force=true&reassign={userid}",
            "",
            true,
        ),
        ("delete?id={contactid}&mode=soft&skipTrash=1", "", true),
        ("delete", r#"{ "id!" = "{contactid}" }"#, false),
        ("delete", r#"{ "!id" = "{contactid}" }"#, false),
        (
            "delete",
            r#"{ ids = ["{contactid}"], "id<" = "{run}" }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], invert = true }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], keepOnly = false }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], mode = "except" }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], id = { "$ne" = "{contactid}" } }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], not = { contactId = "{contactid}" } }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], except = ["{userid}"] }"#,
            false,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], immediately = true, notify = false }"#,
            true,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], deleteAfter = true, reason = "a test" }"#,
            true,
        ),
        (
            "delete",
            r#"{ ids = ["{contactid}"], newOwner = { id = "{userid}" } }"#,
            true,
        ),
        (
            "delete",
            r#"{ contacts = [{ "@id" = "{contactid}" }], tags = ["{run}"] }"#,
            true,
        ),
        // Who passes over the id empties the place.
        ("clear?id={contactid}", "", false),
        ("purge?id={contactid}", "", false),
        ("clear", r#"{ ids = ["{contactid}"] }"#, false),
        ("{contactid}/clear", "", true),
        ("{contactid}/purge?confirm=yes", "", true),
        ("{contactid}/delete?includeOthers=true", "", false),
        ("{contactid}/delete?with_linked=true", "", false),
        ("{contactid}/delete?duplicates=true", "", false),
        ("{contactid}/delete?permanent=true", "", true),
    ] {
        let undone = format!("contacts/{undone}");
        let checked = both("contacts", "", ("POST", &undone, body));
        assert_eq!(checked.is_ok(), is_fine, "{undone} {body}: {checked:?}");
    }
    // What a thing becomes is its own.
    let closed = r#"{ isArchived = true, "fields.state" = "closed", keep = "no" }"#;
    assert_eq!(
        both("contacts", "", ("PUT", "contacts/{contactid}", closed)),
        Ok(())
    );
}

#[test]
fn what_stands_behind_a_thing_is_a_part_of_it_or_may_be_anybodys() {
    let with_whole = |method: &str, behind: &str| {
        let task = MAKE
            .replace("\"make\"", "\"task\"")
            .replace("path = \"contact\"", "path = \"task\"")
            .replace("contactid", "taskid");
        let no_task = UNDO
            .replace("\"undo\"", "\"no task\"")
            .replace("contact/{contactid}", "task/{taskid}");
        let first = UNDO
            .replace("DELETE", method)
            .replace("{contactid}", &format!("{{contactid}}/{behind}"));
        let whole = UNDO.replace("\"undo\"", "\"whole\"");
        steps(&format!("{MAKE}{task}{first}{whole}{no_task}")).check(&NamedValues::new())
    };
    for behind in [
        "others",
        "related",
        "linked",
        "colleagues",
        "subordinates",
        "employer",
        "department",
        "group",
        "partner",
        "family",
        "children",
        "contacts",
        "x/delete",
        "removeLinked",
    ] {
        let told = with_whole("DELETE", behind).unwrap_err().problem;
        assert!(
            told.contains("or a part such as `photo`"),
            "{behind}: {told}"
        );
    }
    assert!(with_whole("POST", "others/remove").is_err());
    assert!(with_whole("POST", "subordinates/deactivate").is_err());
    for behind in [
        "photo",
        "notes",
        "tags",
        "members",
        "tasks",
        "delete",
        "{run}",
        "removePhoto",
    ] {
        assert_eq!(with_whole("DELETE", behind), Ok(()), "{behind}");
    }
    for behind in ["photo/remove", "merge", "archive", "others"] {
        assert_eq!(with_whole("POST", behind), Ok(()), "{behind}");
    }
}

/// A step that makes something, and what is kept of it, and one that undoes it.
fn pair(
    (at, makes, keep, pointer): (&str, &str, &str, &str),
    (method, undone): (&str, &str),
    more: &str,
) -> Result<(), RecipeError> {
    let make = MAKE
        .replace("path = \"contact\"", &format!("path = \"{at}\"\n{makes}"))
        .replace("contactid", keep)
        .replace("/response/id", pointer);
    let undo = UNDO
        .replace("DELETE", method)
        .replace("contact/{contactid}", undone);
    let known = NamedValues::from([("org".to_owned(), vec!["acme".to_owned()])]);
    steps(&format!("{make}{undo}{more}\n")).check(&known)
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each way")]
fn what_vendors_call_it_is_undone() {
    let people = ("api/2.0/people", "", "id", "/response/id");
    let folder = (
        "api/2.0/files/folder/{org}",
        "makes = \"folder\"",
        "folderid",
        "/response/id",
    );
    let user = ("users", "", "userid", "/id");
    let contact = ("crm/v3/objects/contacts", "", "contactid", "/id");
    let bitrix = ("crm.contact.add.json", "", "it", "/result");
    let repo = ("orgs/{org}/repos", "", "repo", "/id");
    let of_acme = ("orgs/acme/repos", "", "repo", "/name");
    let fileops = ("PUT", "api/2.0/files/fileops/delete");
    for (made, undone, more, is_fine) in [
        (
            people,
            ("PUT", "api/2.0/people/delete"),
            r#"body = { userIds = ["{id}"] }"#,
            true,
        ),
        (
            people,
            ("PUT", "api/2.0/people/delete"),
            r#"body = { ownerIds = ["{id}"] }"#,
            false,
        ),
        (
            people,
            ("PUT", "api/2.0/people/delete"),
            r#"body = { userIds = ["{id}", "x1"] }"#,
            false,
        ),
        (
            folder,
            fileops,
            r#"body = { folderIds = ["{folderid}"], fileIds = [], deleteAfter = true, immediately = true }"#,
            true,
        ),
        // The number is that of a folder.
        (
            folder,
            fileops,
            r#"body = { fileIds = ["{folderid}"] }"#,
            false,
        ),
        (
            folder,
            fileops,
            r#"body = { folderIds = ["{folderid}"], fileIds = [7] }"#,
            false,
        ),
        (
            folder,
            fileops,
            r#"body = { folderIds = ["{folderid}"], fileIds = ["{folderid}"] }"#,
            false,
        ),
        (folder, fileops, r#"body = { ids = ["{folderid}"] }"#, false),
        (
            folder,
            ("PUT", "api/2.0/files/fileops/move"),
            r#"body = { folderIds = ["{folderid}"] }"#,
            false,
        ),
        (
            folder,
            ("PUT", "api/2.0/files/fileops/clear"),
            r#"body = { folderIds = ["{folderid}"] }"#,
            false,
        ),
        (
            folder,
            ("DELETE", "api/2.0/files/fileops/delete"),
            r#"body = { folderIds = ["{folderid}"] }"#,
            false,
        ),
        (
            contact,
            ("POST", "crm/v3/file-operations/delete"),
            r#"body = { contactIds = ["{contactid}"] }"#,
            true,
        ),
        (
            ("batches", "", "it", "/id"),
            ("POST", "batch/delete"),
            r#"body = { ids = ["{it}"] }"#,
            true,
        ),
        (
            ("batches", "", "it", "/id"),
            ("DELETE", "batch/{it}"),
            "",
            true,
        ),
        (
            ("contacts/batch", "", "it", "/id"),
            ("POST", "orders/batch/delete"),
            r#"body = { ids = ["{it}"] }"#,
            false,
        ),
        (
            contact,
            ("POST", "shops/delete"),
            r#"body = { contactIds = ["{contactid}"] }"#,
            false,
        ),
        (
            contact,
            ("POST", "orders/operations/delete"),
            r#"body = { contactIds = ["{contactid}"] }"#,
            false,
        ),
        (
            contact,
            ("POST", "crm/v3/objects/contacts/batch/archive"),
            r#"body = { inputs = [{ id = "{contactid}" }] }"#,
            true,
        ),
        (
            contact,
            ("POST", "crm/v3/objects/contacts/batch/clear"),
            r#"body = { ids = ["{contactid}"] }"#,
            false,
        ),
        (
            contact,
            ("POST", "crm/v3/objects/contacts/delete/bulk"),
            r#"body = { objectIds = ["{contactid}"] }"#,
            true,
        ),
        (
            contact,
            ("POST", "crm/v3/objects/orders/batch/archive"),
            r#"body = { ids = ["{contactid}"] }"#,
            false,
        ),
        (user, ("POST", "users/{userid}/gdpr-delete"), "", true),
        (
            user,
            ("POST", "users/{userid}/gdpr-delete-company"),
            "",
            false,
        ),
        (bitrix, ("POST", "crm.contact.delete?id={it}"), "", true),
        (
            bitrix,
            ("POST", "crm.contact.delete.json?ID={it}"),
            "",
            true,
        ),
        (bitrix, ("POST", "crm.deal.delete?id={it}"), "", false),
        (
            bitrix,
            ("POST", "crm.contact.company.delete?id={it}"),
            "",
            false,
        ),
        (bitrix, ("POST", "crm.contact.deleteAll?id={it}"), "", false),
        (bitrix, ("POST", "crm.contact.clear?id={it}"), "", false),
        (bitrix, ("POST", "crm.contact.delete?id=7"), "", false),
        (repo, ("DELETE", "repos/{org}/{repo}"), "", true),
        (repo, ("DELETE", "teams/{org}/{repo}"), "", false),
        (repo, ("DELETE", "orgs/{org}/{repo}"), "", false),
        (of_acme, ("DELETE", "repos/acme/{repo}"), "", true),
        (of_acme, ("DELETE", "repos/other/{repo}"), "", false),
        (of_acme, ("DELETE", "repos/orgs/{repo}"), "", false),
        (of_acme, ("DELETE", "acme/{repo}"), "", false),
        (
            ("projects/task/comments", "", "it", "/id"),
            ("DELETE", "comment/task/{it}"),
            "",
            false,
        ),
        (
            ("project/task", "", "it", "/id"),
            ("DELETE", "task/project/{it}"),
            "",
            false,
        ),
        (
            (
                "users",
                "makes = [\"user\", \"account\"]",
                "it",
                "/accountId",
            ),
            ("DELETE", "users/{it}"),
            "",
            true,
        ),
        (
            ("users", "", "it", "/accountId"),
            ("DELETE", "users/{it}"),
            "",
            false,
        ),
        (
            ("api/v1/namespaces", "", "it", "/metadata/name"),
            ("DELETE", "api/v1/namespaces/{it}"),
            "",
            true,
        ),
        (
            ("api/v1/namespaces", "", "it", "/owner/name"),
            ("DELETE", "api/v1/namespaces/{it}"),
            "",
            false,
        ),
    ] {
        let checked = pair(made, undone, more);
        assert_eq!(
            checked.is_ok(),
            is_fine,
            "{made:?} {undone:?} {more}: {checked:?}"
        );
    }
}

#[test]
fn what_says_no_or_leaves_it_to_the_portal_takes_nothing_more() {
    for (query, is_fine) in [
        ("deleteSubtasks=true", true),
        ("deleteSubtasks=false", true),
        ("enableUndo=false", true),
        ("adjustEstimate=auto", true),
        ("wf_trigger=false", true),
        ("wf_trigger=0", true),
        ("supportsAllDrives=true", true),
        ("opt_pretty", true),
        ("draft=false", true),
        ("notifyAll=false", true),
        ("notifyEveryone=false", true),
        ("sendUpdates=none", true),
        ("includeLinked=false", true),
        ("cascade=false", true),
        ("cascade=true", false),
        ("wf_trigger=true", false),
        ("includeLinked=true", false),
        ("keepOnly=false", false),
        ("noCascade=false", false),
        ("skipLinked=0", false),
        ("id=false", false),
        ("contact=false", false),
        ("cascade!=false", false),
        ("draft=0", false),
        ("deleteAll=true", false),
        ("supportsAllDrives=1234", false),
    ] {
        let undone = format!("contact/{{contactid}}?{query}");
        let checked = both("contact", "", ("DELETE", &undone, ""));
        assert_eq!(checked.is_ok(), is_fine, "{query}: {checked:?}");
    }
    let ids = |more: &str| format!("{{ ids = [\"{{contactid}}\"], {more} }}");
    for (more, is_fine) in [
        ("includeLinked = false", true),
        ("triggerWorkflow = 0", true),
        ("supportsAllDrives = true", true),
        // It may find others beside the ids.
        ("archived = false", false),
        ("group = \"auto\"", false),
        ("onlyOwn = false", false),
        ("includeLinked = true", false),
        ("includeLinked = 7", false),
    ] {
        let checked = both("contact", "", ("POST", "contact/delete", &ids(more)));
        assert_eq!(checked.is_ok(), is_fine, "{more}: {checked:?}");
    }
}

#[test]
fn a_place_in_which_a_thing_was_made_may_have_a_number() {
    for (made, undone, is_fine) in [
        ("workspaceId=12", "contact/{contactid}?workspaceId=12", true),
        (
            "workspaceId=12",
            "contact/{contactid}?workspaceId=13",
            false,
        ),
        ("contactId=12", "contact/{contactid}?contactId=12", false),
        ("uid=12", "contact/{contactid}?uid=12", false),
        ("workspace=all", "contact/{contactid}?workspace=all", false),
        // All of a workspace may be meant.
        (
            "workspaceId=12",
            "contact/delete?id={contactid}&workspaceId=12",
            false,
        ),
    ] {
        let method = if undone.contains("delete") {
            "POST"
        } else {
            "DELETE"
        };
        let checked = both(&format!("contact?{made}"), "", (method, undone, ""));
        assert_eq!(checked.is_ok(), is_fine, "{made} {undone}: {checked:?}");
    }
}

#[test]
fn a_place_in_a_patch_is_no_id() {
    let patch = |item: &str| both("contact", "", ("PATCH", "contact/{contactid}", item));
    assert_eq!(patch(r#"[{ op = "remove", path = "/tags/0" }]"#), Ok(()));
    assert!(patch(r#"[{ op = "remove", path = "1234" }]"#).is_err());
    assert!(patch(r#"[{ path = "/tags/0" }]"#).is_err());
    assert!(patch(r#"[{ op = "add", path = "/x", value = 1234 }]"#).is_err());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each way")]
fn what_no_list_knows_is_vouched_for() {
    let path = "contact/{contactid}";
    for (method, undone, body, vouched, is_fine) in [
        ("DELETE", "contact/{contactid}?workflow=true", "", "", false),
        (
            "DELETE",
            "contact/{contactid}?workflow=true",
            "",
            "workflow",
            true,
        ),
        (
            "DELETE",
            "contact/{contactid}?expectedVersion=3",
            "",
            "expectedVersion",
            true,
        ),
        (
            "DELETE",
            "contact/{contactid}?cascade=true&x=y",
            "",
            "cascade",
            false,
        ),
        (
            "DELETE",
            path,
            "{ options = { cascade = true } }",
            "cascade",
            true,
        ),
        (
            "POST",
            "contact/delete",
            r#"{ ids = ["{contactid}"], scope = ["mine"] }"#,
            "scope",
            true,
        ),
        ("DELETE", "contact/{contactid}/links", "", "links", true),
        ("DELETE", "contact/{contactid}/links", "", "others", false),
        // What it is about, and ids, nobody vouches for.
        ("DELETE", "contact/1234?x=true", "", "x", false),
        ("DELETE", "orders/{contactid}?x=true", "", "x", false),
        ("DELETE", "contact/{userid}?x=true", "", "x", false),
        ("DELETE", "contact?id={contactid}&x=1", "", "x", false),
        (
            "DELETE",
            "contact/{contactid}?ownerId=7",
            "",
            "ownerId",
            false,
        ),
        ("DELETE", "contact/{contactid}?id=7", "", "id", false),
        (
            "DELETE",
            "contact/{contactid}?contacts=7",
            "",
            "contacts",
            false,
        ),
        ("DELETE", "contact/{contactid}?x!=7", "", "x!", false),
        (
            "DELETE",
            path,
            "{ options = { cascade = { ids = [1234] } } }",
            "cascade",
            false,
        ),
        (
            "DELETE",
            path,
            "{ options = { ids = [1234] } }",
            "options",
            false,
        ),
        ("DELETE", "contact/{contactid}/all", "", "all", false),
        (
            "DELETE",
            "contact/{contactid}?why=test",
            "",
            "cascade",
            false,
        ),
    ] {
        let whole = UNDO.replace("\"undo\"", "\"whole\"");
        let undo = UNDO.replace("DELETE", method).replace(path, undone);
        let me = "[[set-up]]\nname = \"me\"\nmethod = \"GET\"\npath = \"me\"\nkeep = { userid = \"/id\" }\n";
        let mut text = format!("{me}{MAKE}{whole}{undo}");
        for (key, value) in [("body", body), ("spares-others", vouched)] {
            if !value.is_empty() {
                let value = if key == "body" {
                    value.to_owned()
                } else {
                    format!("[\"{value}\"]")
                };
                text = format!("{text}{key} = {value}\n");
            }
        }
        let checked = steps(&text).check(&NamedValues::new());
        assert_eq!(
            checked.is_ok(),
            is_fine,
            "{undone} {body} {vouched}: {checked:?}"
        );
    }
    let told = both(
        "contact",
        "",
        ("DELETE", "contact/{contactid}?workflow=true", ""),
    )
    .unwrap_err();
    assert!(told.problem.contains("`spares-others`"), "{told}");
    let made = format!("{MAKE}spares-others = [\"name\"]\n{UNDO}");
    assert!(problem(&made).contains("no set-up step undoes anything"));
}
